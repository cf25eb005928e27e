import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths } from "../../engine/paths.ts";
import { root } from "./rung.ts";

/** All that `rung` is made of, and may write into. */
const parts = [
  ...["app", "cli", "components", "engine", "migrations", "operations", "policies", "review", "stacks"],
  ...["Pulumi.yaml", "package.json", "package-lock.json"],
];

/** They name the tree whose code they run: two trees would take each other's away. */
const ofTheTree = new Set(["tools", "home"]);

/** A copy of the checkout for what writes into the spec: the same clone, state and dependencies. */
export async function copiedTree(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "rung-tree-")));
  await Promise.all([
    ...parts.map((part) => cp(join(root, part), join(folder, part), { recursive: true })),
    symlink(paths.modules, join(folder, "node_modules")),
    shareOwn(join(folder, ".rung")),
  ]);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function shareOwn(to: string): Promise<void> {
  await mkdir(to);
  const shared = (await readdir(paths.own)).filter((name) => !ofTheTree.has(name));
  await Promise.all(shared.map((name) => symlink(join(paths.own, name), join(to, name))));
}
