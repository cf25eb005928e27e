import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

const app = import.meta.dirname;

/**
 * What the app's image is made of, relative to the repository: when none of it changed, neither did the image. The
 * lockfile is among it because the bundle holds the libraries.
 */
export const appSources = [
  "app",
  "migrations/schema",
  "migrations/runner.ts",
  "migrations/archive",
  "migrations/s3",
  "package-lock.json",
] as const;

/** Programs that the image holds beside the bundle. */
export const appBinaries = ["node", "dbmate"] as const;

/**
 * Fills a folder with all that `app/Dockerfile` copies: the bundle in `dist/`, the files beside it, the migrations.
 * @param into an empty folder; the binaries are put into it by the caller
 */
export async function bundleApp(into: string): Promise<void> {
  // Loaded only when there is something to bundle: most updates change nothing here.
  const { build } = await import("esbuild");
  await build({
    entryPoints: ["main", "migrate", "archive"].map((name) => join(app, "src", "node", `${name}.ts`)),
    outdir: join(into, "dist"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    sourcemap: false,
    minify: false,
    // CommonJS libraries inside an ES module still ask for these.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  await bundlePage(join(into, "dist"));
  await mkdir(join(into, "migrations"), { recursive: true });
  await cp(join(app, "..", "migrations", "schema"), join(into, "migrations"), { recursive: true });
  for (const file of ["Dockerfile", "entrypoint"]) await cp(join(app, file), join(into, file));
}

/**
 * Builds the page: `index.html`, and what it loads under `assets/`, each file with its content's hash in its name.
 * @param into where the bundle finds them, beside itself
 */
export async function bundlePage(into: string): Promise<void> {
  const { build } = await import("esbuild");
  const { metafile } = await build({
    entryPoints: { page: join(app, "page", "main.ts"), style: join(app, "page", "style.css") },
    outdir: join(into, "assets"),
    entryNames: "[name]-[hash]",
    bundle: true,
    platform: "browser",
    target: "es2023",
    format: "esm",
    minify: true,
    metafile: true,
    logLevel: "error",
  });
  let page = await readFile(join(app, "page", "index.html"), "utf8");
  for (const path of Object.keys(metafile.outputs)) {
    const name = basename(path);
    page = page.replace(name.replace(/-\w+(?=\.)/, ""), `assets/${name}`);
  }
  await writeFile(join(into, "index.html"), page);
}
