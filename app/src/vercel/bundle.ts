import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundlePage } from "../../build.ts";

/** What the deployment is told beside its code. */
export interface VercelSettings {
  /** Vercel's names, e.g. `fra1`. */
  readonly regions: readonly string[];
  readonly memoryMb: number;
  readonly maxSeconds: number;
  /** Five cron fields, UTC; Vercel calls by GET, with the CRON_SECRET as bearer token. */
  readonly crons: readonly { readonly path: string; readonly schedule: string }[];
}

/**
 * Fills a folder with `.vercel/output` as Vercel's Build Output API (version 3) has it: one function for everything,
 * and the page's hashed files for the CDN to give out by itself.
 * @param into an empty folder
 */
export async function bundleVercel(into: string, settings: VercelSettings): Promise<void> {
  const output = join(into, ".vercel", "output");
  const lambda = join(output, "functions", "index.func");
  await mkdir(lambda, { recursive: true });
  // Loaded only when there is something to bundle: most updates change nothing here.
  const { build } = await import("esbuild");
  await build({
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile: join(lambda, "index.mjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minify: false,
    // CommonJS libraries inside an ES module still ask for these.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  await bundlePage(lambda);
  await cp(join(lambda, "assets"), join(output, "static", "assets"), { recursive: true });
  await Promise.all([
    json(join(lambda, ".vc-config.json"), functionOf(settings)),
    json(join(output, "config.json"), configOf(settings)),
  ]);
}

const functionOf = ({ regions, memoryMb, maxSeconds }: VercelSettings) => ({
  runtime: "nodejs24.x",
  handler: "index.mjs",
  launcherType: "Nodejs",
  shouldAddHelpers: false,
  supportsResponseStreaming: true,
  memory: memoryMb,
  maxDuration: maxSeconds,
  regions,
});

const configOf = ({ crons }: VercelSettings) => ({
  version: 3,
  routes: [
    {
      src: "^/assets/(.*)$",
      headers: {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
      },
      continue: true,
    },
    { handle: "filesystem" },
    { src: "^/.*$", dest: "/index" },
  ],
  crons,
});

const json = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, undefined, 1)}\n`);
