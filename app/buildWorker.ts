import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundlePage } from "./build.ts";
import { loadAssets } from "./src/node/assets.ts";

const app = import.meta.dirname;

/** The app as one module for Cloudflare's runtime. */
export interface WorkerBundle {
  readonly code: string;
  /** `sha256:…` of the code: the same source gives the same digest on every machine. */
  readonly digest: string;
  /** Compressed, as the platform counts it. */
  readonly gzipBytes: number;
}

/** Bundles the same source that the image holds, with the page in it. Some 400 ms. */
export async function bundleWorker(): Promise<WorkerBundle> {
  const scratch = await mkdtemp(join(tmpdir(), "worker-"));
  try {
    await bundlePage(scratch);
    const { page, files } = await loadAssets(scratch);
    return await bundle(
      `import { createWorker } from "./src/worker/main.ts";
       export { Counters, Live } from "./src/worker/main.ts";
       export default createWorker({
         page: ${JSON.stringify(page)}, files: new Map(${JSON.stringify([...files])}),
       });`,
      app,
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The Worker that exports the database. */
export const bundleExporter = (): Promise<WorkerBundle> =>
  bundle('export { default } from "./src/worker/exporter/main.ts";', app);

/**
 * One module for Cloudflare's runtime, from the text of its entry.
 * @param folder where the entry's imports are resolved from
 */
export async function bundle(entry: string, folder: string): Promise<WorkerBundle> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: "ts", sourcefile: "entry.ts" },
    bundle: true,
    write: false,
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
    target: "es2024",
    format: "esm",
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
  const code = outputFiles[0]?.text ?? "";
  return {
    code,
    digest: `sha256:${createHash("sha256").update(code).digest("hex")}`,
    gzipBytes: gzipSync(code, { level: 6 }).length,
  };
}
