import { createHash } from "node:crypto";
import { cp, link, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { linuxBinary } from "../../engine/binaries.ts";

/** A folder that holds all an image is built from, and the hash of that. */
export interface Prepared {
  readonly folder: string;
  readonly hash: string;
}

type Binary = Parameters<typeof linuxBinary>[0];

const root = join(import.meta.dirname, "..", "..");

/** Programs that Debian does not package, by the images that hold them. */
const binariesOf: Readonly<Record<string, readonly Binary[]>> = {
  storage: ["versitygw"],
  database: ["supercronic"],
  jobs: ["supercronic"],
};

/** Every image stands on `base`: what changes it changes all. */
const standsOn = (name: string): string | undefined => (name === "base" ? undefined : "base");

const sourcesOf = (name: string): string => join(import.meta.dirname, "images", name);

/**
 * The folder under `.rung/images/` for an image, made when it is missing. Its name holds its hash, so that two
 * updates at once never write to the same one, and a folder that is there is complete.
 */
export async function prepare(name: string): Promise<Prepared> {
  const sources = sourcesOf(name);
  const binaries = await Promise.all(
    (binariesOf[name] ?? []).map(async (b) => [b, await linuxBinary(b)] as const),
  );
  const hash = await contentHash(name, sources, binaries);
  const folder = join(root, ".rung", "images", `${name}-${hash.slice(0, 12)}`);
  if (await exists(folder)) return { folder, hash };

  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  await cp(sources, making, { recursive: true, mode: 0 });
  for (const [binary, path] of binaries) await place(await realpath(path), join(making, binary));
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  return { folder, hash };
}

/** Sources by what is in them; a binary by where it is kept, which names its version, and its size. */
async function contentHash(name: string, sources: string, binaries: readonly (readonly [Binary, string])[]) {
  const hash = createHash("sha256");
  for (const path of await files(sources)) {
    const { mode } = await lstat(path);
    hash.update(`${relative(sources, path)} ${mode & 0o111 ? "x" : "-"} `).update(await readFile(path));
  }
  for (const [binary, path] of binaries) {
    const real = await realpath(path);
    hash.update(`${binary} ${real.split("/").slice(-2).join("/")} ${(await stat(real)).size}`);
  }
  const below = standsOn(name);
  if (below) hash.update(await contentHash(below, sourcesOf(below), []));
  return hash.digest("hex");
}

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** A hard link where the file system allows it: no copy of 45 MB. */
const place = (from: string, to: string): Promise<void> => link(from, to).catch(() => cp(from, to));

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
