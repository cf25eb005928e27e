import { createHash } from "node:crypto";
import { cp, link, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { appBinaries, appSources, bundleApp } from "../../app/build.ts";
import { linuxBinary } from "../../engine/binaries.ts";

/** A folder that holds all an image is built from, and the hash of that. */
export interface Prepared {
  readonly folder: string;
  readonly hash: string;
}

type Binary = Parameters<typeof linuxBinary>[0];

/** How the folder of one image comes about. */
interface Recipe {
  /** Files and folders that decide what is in it, relative to the repository. */
  readonly sources: readonly string[];
  /** Programs that Debian does not package, put beside the sources. */
  readonly binaries: readonly Binary[];
  fill(into: string): Promise<void>;
}

const root = join(import.meta.dirname, "..", "..");

const binariesOf: Readonly<Record<string, readonly Binary[]>> = {
  storage: ["versitygw"],
  database: ["supercronic"],
  jobs: ["supercronic"],
};

function recipe(name: string): Recipe {
  if (name === "app") return { sources: appSources, binaries: appBinaries, fill: bundleApp };
  const sources = `components/local/images/${name}`;
  return {
    sources: [sources],
    binaries: binariesOf[name] ?? [],
    fill: (into) => cp(join(root, sources), into, { recursive: true }),
  };
}

/**
 * The folder under `.rung/images/` for an image, made when it is missing. Its name holds its hash, so that two
 * updates at once never write to the same one, and a folder that is there is complete.
 */
export async function prepare(name: string): Promise<Prepared> {
  const { sources, binaries, fill } = recipe(name);
  const programs = await Promise.all(
    binaries.map(async (b) => [b, await realpath(await linuxBinary(b))] as const),
  );
  const hash = await contentHash(name, sources, programs);
  const folder = join(root, ".rung", "images", `${name}-${hash.slice(0, 12)}`);
  if (await exists(folder)) return { folder, hash };

  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  await fill(making);
  for (const [binary, path] of programs) await place(path, join(making, binary));
  // Another update may have been first; then its folder is as good.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  return { folder, hash };
}

/** Sources by what is in them; a binary by where it is kept, which names its version, and its size. */
async function contentHash(
  name: string,
  sources: readonly string[],
  programs: readonly (readonly [Binary, string])[],
): Promise<string> {
  const hash = createHash("sha256");
  for (const path of (await Promise.all(sources.map((source) => files(join(root, source))))).flat()) {
    const { mode } = await lstat(path);
    hash.update(`${relative(root, path)} ${mode & 0o111 ? "x" : "-"} `).update(await readFile(path));
  }
  for (const [binary, path] of programs) {
    hash.update(`${binary} ${path.split("/").slice(-3).join("/")} ${(await stat(path)).size}`);
  }
  // Every image stands on `base`: what changes it changes all.
  if (name !== "base") hash.update(await contentHash("base", recipe("base").sources, []));
  return hash.digest("hex");
}

/** All files of a folder in a fixed order; a file is itself. */
async function files(path: string): Promise<string[]> {
  if ((await lstat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
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
