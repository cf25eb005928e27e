import { createHash } from "node:crypto";
import { cp, link, lstat, mkdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { appBinaries, appSources, bundleApp } from "../../app/build.ts";
import { binaryId, linuxBinary } from "../../engine/binaries.ts";
import { filesOf } from "./tree.ts";

/** A folder that holds all an image is built from, and the hash of that. */
export interface Prepared {
  readonly folder: string;
  readonly hash: string;
}

type Binary = Parameters<typeof linuxBinary>[0];
type Arch = NonNullable<Parameters<typeof linuxBinary>[1]>;

/** How the folder of one image comes about. */
export interface Recipe {
  /** Files and folders that decide what is in it, relative to the repository. */
  readonly sources: readonly string[];
  /** Programs that Debian does not package, put beside the sources. */
  readonly binaries: readonly Binary[];
  fill(into: string): Promise<void>;
}

const root = join(import.meta.dirname, "..", "..");

/** The app's. */
export const appRecipe: Recipe = { sources: appSources, binaries: appBinaries, fill: bundleApp };

/** Of a folder as it is, with programs and files from elsewhere in the repository beside what is in it. */
export const folderRecipe = (
  folder: string,
  {
    binaries = [],
    files = [],
  }: { readonly binaries?: readonly Binary[]; readonly files?: readonly string[] } = {},
): Recipe => ({
  sources: [folder, ...files],
  binaries,
  async fill(into) {
    await cp(join(root, folder), into, { recursive: true });
    for (const file of files) await cp(join(root, file), join(into, basename(file)));
  },
});

/**
 * The hash of all that an image is made of, known without making it.
 * @param standsOn what decides what is in the image it stands on: a change of that changes this one
 * @param arch of its programs; the Docker daemon's unless said
 */
export async function contentHash(
  { sources, binaries }: Pick<Recipe, "sources" | "binaries">,
  standsOn = "",
  arch?: Arch,
): Promise<string> {
  const hash = createHash("sha256");
  for (const path of (await Promise.all(sources.map((source) => filesOf(join(root, source))))).flat()) {
    const { mode } = await lstat(path);
    hash.update(`${relative(root, path)} ${mode & 0o111 ? "x" : "-"} `).update(await readFile(path));
  }
  for (const binary of binaries) hash.update(`${await binaryId(binary, arch)} `);
  return hash.update(standsOn).digest("hex");
}

/**
 * The folder under `.rung/images/` for an image, made when it is missing. Its name holds its hash, so that two
 * updates at once never write to the same one, and a folder that is there is complete.
 * @param standsOn and `arch`: see `contentHash`
 */
export async function prepare(name: string, recipe: Recipe, standsOn = "", arch?: Arch): Promise<Prepared> {
  const { binaries, fill } = recipe;
  const hash = await contentHash(recipe, standsOn, arch);
  const folder = join(await images(), `${name}-${hash.slice(0, 12)}`);
  if (await exists(folder)) return { folder, hash };

  const programs = await Promise.all(
    binaries.map(async (b) => [b, await realpath(await linuxBinary(b, arch))] as const),
  );
  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  await fill(making);
  for (const [binary, path] of programs) await place(path, join(making, binary));
  // Another update may have been first; then its folder is as good.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  return { folder, hash };
}

/**
 * Where they all are. A checkout beside the clone, as `rung review` makes one, has the clone's by a link: the same
 * folder by two names would be another image to Docker's provider.
 */
async function images(): Promise<string> {
  const folder = join(root, ".rung", "images");
  await mkdir(folder, { recursive: true });
  return realpath(folder);
}

/** A hard link where the file system allows it: no copy of 45 MB. */
const place = (from: string, to: string): Promise<void> => link(from, to).catch(() => cp(from, to));

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
