import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { bundleVercel, type VercelSettings } from "../../app/src/vercel/bundle.ts";
import { filesOf, hashOfTree } from "../kit/tree.ts";
import { DiagnosticsError } from "../model/diagnostics.ts";

const root = join(import.meta.dirname, "..", "..");
const bundles = join(root, ".rung", "vercel");

/** What decides what is in a bundle; the folders of other hosts do not. The lockfile is among it for the libraries. */
const sources = ["app/build.ts", "app/page", "app/src", "package-lock.json"];
const ofOthers = ["app/src/worker"];

/** The app, bundled for Vercel: what a deployment uploads. */
export interface Bundle {
  /** `sha256:…` of what it is made of: the name by which a rollback asks for it. */
  readonly digest: string;
  /** Its folder, from where the program runs: Vercel's provider runs there, too. */
  readonly folder: string;
  /** By path from there, size and SHA-1 as Vercel's provider writes them: `<bytes>~<sha1>`. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The bundle of the app as it stands here, made when it is missing; or an earlier one that is still on this machine.
 * @param wanted `sha256:…` of an earlier bundle, for a rollback; an image of a registry's means the app as it stands
 * @param from where the program runs, and the provider that reads the files
 * @throws DiagnosticsError when the earlier one is not on this machine
 */
export async function bundle(
  settings: VercelSettings,
  wanted: string | undefined,
  from = process.cwd(),
): Promise<Bundle> {
  if (wanted?.startsWith("sha256:")) return readBundle(wanted.slice("sha256:".length), from);
  const hash = await hashOfTree(root, sources, JSON.stringify(settings), ofOthers);
  if (!(await exists(folderOf(hash)))) await make(hash, settings);
  return readBundle(hash, from);
}

const folderOf = (hash: string): string => join(bundles, hash);

/** Another update may have been first; then its folder is as good. */
async function make(hash: string, settings: VercelSettings): Promise<void> {
  const making = `${folderOf(hash)}.${process.pid}`;
  await mkdir(making, { recursive: true });
  await bundleVercel(making, settings);
  await rename(making, folderOf(hash)).catch(() => rm(making, { recursive: true, force: true }));
}

async function readBundle(hash: string, from: string): Promise<Bundle> {
  const folder = folderOf(hash);
  if (!(await exists(folder))) {
    throw new DiagnosticsError(
      [
        {
          what: "this bundle of the app is not on this machine",
          where: { file: ".rung/vercel" },
          found: `sha256:${hash}`,
          mend: "check out the commit that it was made from and run rung up, or promote the deployment in Vercel",
        },
      ],
      1,
    );
  }
  const all = await Promise.all(
    (await filesOf(folder)).map(async (path) => {
      const text = await readFile(path);
      return [
        relative(from, path),
        `${text.length}~${createHash("sha1").update(text).digest("hex")}`,
      ] as const;
    }),
  );
  return { digest: `sha256:${hash}`, folder: relative(from, folder), files: Object.fromEntries(all) };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
