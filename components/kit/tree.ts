import { createHash } from "node:crypto";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** All files of a folder in a fixed order; a file is itself. */
export async function filesOf(path: string): Promise<string[]> {
  if ((await lstat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/**
 * SHA-256 over what stands in some files and folders of `root`, and over a text besides.
 * @param except folders that do not count
 */
export async function hashOfTree(
  root: string,
  sources: readonly string[],
  besides: string,
  except: readonly string[] = [],
): Promise<string> {
  const hash = createHash("sha256").update(besides);
  for (const path of (await Promise.all(sources.map((source) => filesOf(join(root, source))))).flat()) {
    const name = relative(root, path);
    if (except.some((folder) => name.startsWith(`${folder}/`))) continue;
    const text = await readFile(path);
    hash.update(`${name} ${text.length} `).update(text);
  }
  return hash.digest("hex");
}
