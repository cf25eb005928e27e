import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { withFileLock } from "../engine/fileLock.ts";
import { paths, root } from "../engine/paths.ts";
import { run } from "../engine/run.ts";
import { forgetOldest, touch } from "./kept.ts";

const trees = join(paths.own, "trees");
/** A checkout takes some 8 MB. */
const mostKept = 4;

/**
 * A commit's files beside the clone, with the clone's own dependencies. A pull request is reviewed at each push, against
 * the same base most of the time: it is checked out once, and looked at by git before it is used again.
 * @param commit its whole hash
 * @returns the folder; nobody writes there
 * @throws DiagnosticsError when git cannot make it
 */
export async function checkedOut(commit: string): Promise<string> {
  const kept = join(trees, commit);
  const lock = { doing: `checking ${commit.slice(0, 7)} out`, waitSeconds: 600 };
  if (!(await isWhole(kept))) {
    await withFileLock(join(paths.locks, "trees"), lock, async () => {
      // another review may have been first
      if (!(await isWhole(kept))) await make(kept, commit);
      await forgetOldest(trees, mostKept);
    });
  }
  await touch(kept);
  return join(kept, "tree");
}

/** It appears whole or not at all. */
async function make(kept: string, commit: string): Promise<void> {
  await mkdir(trees, { recursive: true });
  const making = await mkdtemp(`${kept}.`);
  try {
    const tree = join(making, "tree");
    await mkdir(tree);
    await git(making, ["read-tree", commit]);
    await git(making, ["checkout-index", "--all", "--index"]);
    await Promise.all([
      symlink(paths.modules, join(tree, "node_modules")),
      // Who this clone is, and what was built for it: the same on both sides.
      symlink(paths.own, join(tree, ".rung")),
    ]);
    await rm(kept, { recursive: true, force: true });
    await rename(making, kept);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Whether it is there, and every file as the commit has it. Without an index, git finds nothing wrong. */
const isWhole = async (kept: string): Promise<boolean> =>
  existsSync(indexOf(kept)) && (await gitIn(kept, ["diff-files", "--quiet"])).code === 0;

const indexOf = (kept: string): string => join(kept, "index");

/** The checkout has an index of its own: the clone's is not touched. */
const gitIn = (kept: string, args: readonly string[]) =>
  run("git", args, {
    cwd: root,
    env: { ...process.env, GIT_INDEX_FILE: indexOf(kept), GIT_WORK_TREE: join(kept, "tree") },
  });

async function git(kept: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await gitIn(kept, args);
  if (code !== 0) throw failure(`git ${args[0]} failed: ${stderr.trim()}`, "mend what is said above", "git");
}
