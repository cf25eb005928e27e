import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Blueprint } from "../../components/model/blueprint.ts";
import type { Diagnostic } from "../../components/model/diagnostics.ts";
import type { Spec } from "../../components/model/spec.ts";
import type { Size, StageName } from "../../components/model/words.ts";
import type { Tree } from "../trees.ts";

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

/**
 * Has a tree read its own spec, settings and blueprint. It is another version of this code, so it does that in a
 * process of its own.
 */
export async function describe(
  tree: Tree,
  stack: string,
  config: Readonly<Record<string, string>>,
): Promise<Described> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "describeTree.ts")], {
    cwd: tree.folder,
    // A checkout that is there only for now would leave behind what nobody reads again.
    env: tree.commit === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: "" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (more: string) => {
      text[name] += more;
    });
  }
  child.stdin.end(JSON.stringify({ folder: tree.folder, stack, config }));
  const code = await new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? 1)));
  if (code === 0) return JSON.parse(text.stdout) as Described;
  const error = text.stderr.split("\n").find((line) => /Error|error/.test(line)) ?? text.stderr.trim();
  return { problems: [{ what: `cannot be read: ${error}`, where: { file: tree.label } }] };
}
