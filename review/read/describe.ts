import { spawn } from "node:child_process";
import { join } from "node:path";
import { hashOfTree } from "../../components/kit/tree.ts";
import type { Blueprint } from "../../components/model/blueprint.ts";
import type { Diagnostic } from "../../components/model/diagnostics.ts";
import type { Spec } from "../../components/model/spec.ts";
import type { Size, StageName } from "../../components/model/words.ts";
import { root } from "../../engine/paths.ts";
import { keepDescription, keptDescription } from "../bases.ts";
import type { Tree } from "../trees.ts";
import { type Asked, describedIn } from "./describeIn.ts";

/** What a tree asks for on one stack: pure data, read by the tree's own code. */
export type Described =
  | {
      readonly spec: Spec;
      readonly stage: StageName;
      readonly size: Size;
      readonly protect: boolean;
      readonly blueprint: Blueprint;
    }
  | { readonly problems: readonly Diagnostic[] };

/** Has a tree read its own spec, settings and blueprint. Of a commit, what it said before is kept. */
export async function describe(
  tree: Tree,
  stack: string,
  config: Readonly<Record<string, string>>,
): Promise<Described> {
  const asked = { folder: tree.folder, stack, config };
  if (tree.folder === root) return here(asked, tree);
  if (tree.commit === undefined) return apart(asked, tree);
  const name = await nameOf(tree.commit, stack, config);
  const kept = await keptDescription(name);
  if (kept !== undefined) return kept as Described;
  const described = await apart(asked, tree);
  if (!("problems" in described)) await keepDescription(name, described);
  return described;
}

/** The working tree is the very code that runs this. */
async function here(asked: Asked, tree: Tree): Promise<Described> {
  try {
    return JSON.parse(JSON.stringify(await describedIn(asked))) as Described;
  } catch (error) {
    return unreadable(error instanceof Error ? (error.stack ?? error.message) : String(error), tree);
  }
}

/** Another version of this code reads itself in a process of its own. */
async function apart(asked: Asked, tree: Tree): Promise<Described> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "describeTree.ts")], {
    cwd: tree.folder,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (more: string) => {
      text[name] += more;
    });
  }
  child.stdin.end(JSON.stringify(asked));
  const code = await new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? 1)));
  return code === 0 ? (JSON.parse(text.stdout) as Described) : unreadable(text.stderr, tree);
}

function unreadable(said: string, tree: Tree): Described {
  const error = said.split("\n").find((line) => /Error|error/.test(line)) ?? said.trim();
  return { problems: [{ what: `cannot be read: ${error}`, where: { file: tree.label } }] };
}

/** All that decides what a commit says of itself: the commit, its settings, who asks it and with which dependencies. */
const nameOf = (commit: string, stack: string, config: Readonly<Record<string, string>>): Promise<string> =>
  hashOfTree(
    root,
    ["review/read/describeIn.ts", "package-lock.json"],
    JSON.stringify([commit, stack, config, process.versions.node]),
  );
