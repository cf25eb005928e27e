import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { LockedError, withFileLock } from "../../engine/fileLock.ts";
import { paths, root } from "../../engine/paths.ts";
import { stackNames } from "../../engine/pulumi.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import { settingsFile } from "../../stacks/settings.ts";
import { down } from "../down.ts";
import type { Report } from "../progress.ts";
import { loadTarget } from "../target.ts";

/** Throw-away stacks that hold a copy of real data while it is masked. */
export const copyPurpose = "copy";

const isCopy = (stack: string): boolean => /^copy-[0-9a-f]{6}$/.test(stack);

/** One copy at a time: whoever holds this knows every other to be a killed one's. */
const lockFile = join(paths.locks, "copies.lock");

export const asTheOneCopy = <T>(work: () => Promise<T>): Promise<T> =>
  withFileLock(lockFile, { doing: "rung pr up --anonymized-from", waitSeconds: 1800 }, work);

/** Takes away what a killed `rung pr up --anonymized-from` left: it holds real data. @returns their names */
export async function sweepCopies(toolchain: Toolchain, report: Report): Promise<string[]> {
  const left = (await stackNames(toolchain)).filter(isCopy);
  if (left.length === 0) return [];
  try {
    await withFileLock(lockFile, { doing: "rung pr sweep", waitSeconds: 0 }, async () => {
      for (const stack of left) {
        const file = join(root, settingsFile(stack));
        const target = await loadTarget(stack).catch(async () => {
          await writeFile(file, stringify({ config: { "rung:stage": "local", "rung:protect": false } }));
          return loadTarget(stack);
        });
        await down(target, { deleteData: true }, report);
        await rm(file, { force: true });
      }
    });
    return left;
  } catch (error) {
    if (error instanceof LockedError) return []; // it is being used
    throw error;
  }
}
