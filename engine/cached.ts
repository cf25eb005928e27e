import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { withFileLock } from "./fileLock.ts";
import { cache } from "./paths.ts";

/** Says in a few words how far long work has come. */
export type OnProgress = (text: string) => void;

const anHour = 3600;

/**
 * A folder of the cache, made when it is missing. It appears whole or not at all; who wants the same one meanwhile
 * waits for it.
 * @param name with version and platform, e.g. `versitygw-1.8.0-linux-x64`
 * @param make fills the folder that it is given
 * @returns the folder's path
 */
export async function cached(
  name: string,
  onProgress: OnProgress,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache(), name);
  if (existsSync(folder)) return folder;
  const onWait = () => onProgress("waiting for another rung that makes it");
  await withFileLock(
    join(cache(), "locks", name),
    { doing: `making ${name}`, waitSeconds: anHour, onWait },
    async () => {
      if (existsSync(folder)) return;
      await mkdir(cache(), { recursive: true });
      const making = await mkdtemp(`${folder}.`);
      try {
        await make(making);
        await rename(making, folder);
      } finally {
        await rm(making, { recursive: true, force: true });
      }
    },
  );
  return folder;
}
