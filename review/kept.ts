import { readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** Somebody who reads what is kept may have been at it since. */
const inUseMilliseconds = 3600_000;

/** Marks a folder as asked for just now. @throws when there is none */
export async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now);
}

/** Removes from a folder what was not asked for the longest, so that `most` stay; what may be in use stays too. */
export async function forgetOldest(folder: string, most: number): Promise<void> {
  const kept = await Promise.all(
    (await readdir(folder)).map(async (one) => {
      const path = join(folder, one);
      return { path, used: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const idleSince = Date.now() - inUseMilliseconds;
  const old = kept.toSorted((a, b) => b.used - a.used).slice(most);
  await Promise.all(
    old.filter(({ used }) => used < idleSince).map(({ path }) => rm(path, { recursive: true, force: true })),
  );
}
