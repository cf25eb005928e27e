import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hashOfTree } from "../components/kit/tree.ts";
import { paths, root } from "../engine/paths.ts";
import type { Workspace } from "../operations/rehearse/workspace.ts";
import { forgetOldest, touch } from "./kept.ts";
import type { Head } from "./rehearsed.ts";

/** A commit's stack, as it was brought up with stand-ins for an earlier review. */
export interface Kept {
  readonly folder: string;
  readonly secrets: readonly string[];
}

const bases = join(paths.own, "bases");
/** A stack of 400 resources takes some 5 MB. */
const mostKept = 12;
const secretsFile = "secrets.json";

/**
 * What decides how a commit's stack stands: the commit, its settings, and what brings it up here: the stand-ins of this
 * working tree and its dependencies.
 * @returns the name that it is kept under
 */
export const nameOfBase = (commit: string, stack: string, { config, program }: Head): Promise<string> =>
  hashOfTree(root, ["engine", "package-lock.json"], JSON.stringify([commit, stack, config, program]));

/** What was kept under the name; undefined when nothing was. */
export async function keptBase(name: string): Promise<Kept | undefined> {
  const folder = join(bases, name);
  try {
    const secrets = JSON.parse(await readFile(join(folder, secretsFile), "utf8")) as string[];
    await touch(folder);
    return { folder, secrets };
  } catch {
    return undefined;
  }
}

/** Keeps what stands in a workspace; those that were not asked for the longest go. */
export async function keepBase(
  name: string,
  workspace: Pick<Workspace, "save">,
  secrets: readonly string[],
): Promise<void> {
  const folder = join(bases, name);
  const making = `${folder}.${process.pid}`;
  await mkdir(bases, { recursive: true, mode: 0o700 });
  await workspace.save(making);
  await writeFile(join(making, secretsFile), JSON.stringify(secrets), { mode: 0o600 });
  // Another review may have been first; then its folder is as good.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  await forgetOldest(bases, mostKept);
}

const descriptions = join(paths.own, "described");
/** A few kilobytes each. */
const mostDescriptions = 48;

/** What a commit said of itself on a stack, by the name of all that decides it; undefined when nothing is kept. */
export async function keptDescription(name: string): Promise<unknown> {
  const file = join(descriptions, `${name}.json`);
  try {
    const described: unknown = JSON.parse(await readFile(file, "utf8"));
    await touch(file);
    return described;
  } catch {
    return undefined; // nothing, or torn: asked anew
  }
}

export async function keepDescription(name: string, described: object): Promise<void> {
  const file = join(descriptions, `${name}.json`);
  const making = `${file}.${process.pid}`;
  await mkdir(descriptions, { recursive: true, mode: 0o700 });
  await writeFile(making, JSON.stringify(described), { mode: 0o600 });
  await rename(making, file);
  await forgetOldest(descriptions, mostDescriptions);
}
