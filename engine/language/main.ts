import { fstatSync } from "node:fs";
import { serveLanguageHost } from "./host.ts";

/**
 * The plugin `pulumi-language-nodejs`: the engine starts it with its own address as the last argument and reads the
 * port from stdout.
 */
const engine = process.argv.at(-1) ?? "";
const host = await serveLanguageHost(engine);
process.stdout.write(`${host.port}\n`);

let ending = false;

/** Nothing that we started outlives us. */
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await host.stop();
  process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end());

// An engine that was killed says nothing: it held our stdin open, and was our parent.
if (fstatSync(0, { throwIfNoEntry: false })?.isFIFO()) process.stdin.on("end", () => void end()).resume();
const parent = process.ppid;
setInterval(() => process.ppid !== parent && void end(), 500).unref();
