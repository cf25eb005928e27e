import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { failure } from "../components/model/diagnostics.ts";
import { root } from "../engine/paths.ts";
import { run } from "../engine/run.ts";
import { checkedOut } from "./checkout.ts";

/** A checkout of the repository: what stood before, or what is to be. */
export interface Tree {
  readonly folder: string;
  /** For people, e.g. `main (4c1f2ab)`, `the working tree`. */
  readonly label: string;
  /** Of a commit as it is, with nothing changed: its whole hash. */
  readonly commit?: string;
}

/** The working tree of this clone. */
export const workingTree: Tree = { folder: root, label: "the working tree" };

/**
 * A commit as it is, beside the clone.
 * @throws DiagnosticsError when there is no such commit
 */
export async function treeOf(ref: string): Promise<Tree> {
  const commit = await commitOf(ref);
  return { folder: await checkedOut(commit), label: `${ref} (${commit.slice(0, 7)})`, commit };
}

/** @throws DiagnosticsError when there is no such commit */
async function commitOf(ref: string): Promise<string> {
  const { code, stdout } = await run("git", ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], {
    cwd: root,
  });
  if (code === 0) return stdout.trim();
  throw failure(
    `there is no commit "${ref}" to compare with`,
    "name a branch, a tag or a commit; in CI, fetch it first",
    "--base",
    64,
  );
}

/** One place where two trees differ. */
export interface Hunk {
  /** Relative to the repository. */
  readonly file: string;
  /** Of the first line that differs, from 1, before and after. */
  readonly before: number;
  readonly after: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** What can change what is made: nothing else is compared. */
const sources = ["app", "components", "stacks", "migrations", "package.json", "Pulumi.yaml"];

/**
 * Where two trees differ, as far as it can change what is made.
 * @param more files to compare besides
 */
export async function hunksBetween(base: Tree, head: Tree, more: readonly string[] = []): Promise<Hunk[]> {
  const settings = new Set([...(await settingsFiles(base)), ...(await settingsFiles(head))]);
  const found = await Promise.all(
    [...sources, ...settings, ...more].map(async (source) => {
      const [before, after] = [base, head].map(({ folder }) => {
        const path = join(folder, source);
        return existsSync(path) ? path : "/dev/null";
      });
      if (before === after) return [];
      const args = ["diff", "--no-index", "--unified=0", "--no-color", "--no-ext-diff", "--no-renames"];
      return hunksIn(await differing([...args, "--", before ?? "", after ?? ""]), [base.folder, head.folder]);
    }),
  );
  return found.flat();
}

/** Whole, however long: a diff that is cut off would hide a cause. */
async function differing(args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)("git", [...args], { maxBuffer: 2 ** 30 })).stdout;
  } catch (error) {
    // git ends with 1 when there are differences
    const { code, stdout, stderr } = error as { code?: number | string; stdout?: string; stderr?: string };
    if (code === 1) return stdout ?? "";
    throw failure(`git diff failed: ${(stderr ?? String(error)).trim()}`, "mend what is said above", "git");
  }
}

/** The stacks' settings that a tree holds. A template is no stack, and what is made from it is nobody's to review. */
export const settingsFiles = async ({ folder }: Tree): Promise<string[]> =>
  (await readdir(folder))
    .filter((name) => /^Pulumi\.(?!pr(-\d+)?\.yaml)[\w.-]+\.yaml$/.test(name))
    .toSorted();

/** Reads a diff without context lines. */
export function hunksIn(diff: string, folders: readonly string[]): Hunk[] {
  const hunks: { file: string; before: number; after: number; removed: string[]; added: string[] }[] = [];
  const relative = (path: string) => {
    const bare = path.replace(/^[ab](?=\/)/, "");
    const folder = folders.find((one) => bare.startsWith(`${one}/`));
    return folder ? bare.slice(folder.length + 1) : bare;
  };
  let file = "";
  for (const line of diff.split("\n")) {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    const current = hunks.at(-1);
    if (line.startsWith("--- ") || line.startsWith("+++ ")) {
      const path = line.slice(4).replace(/\t$/, "");
      if (path !== "/dev/null") file = relative(path);
    } else if (header)
      hunks.push({ file, before: Number(header[1]), after: Number(header[2]), removed: [], added: [] });
    else if (current && line.startsWith("-")) current.removed.push(line.slice(1));
    else if (current && line.startsWith("+")) current.added.push(line.slice(1));
  }
  return hunks;
}
