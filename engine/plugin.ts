import { fstatSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { paths } from "./paths.ts";

/**
 * A provider plugin: `node engine/plugin.ts <name> [<engine's address>]`. Prints its port and serves until the engine
 * is gone or has cancelled.
 */
const [name = "", engine] = process.argv.slice(2);

// Compiled code is kept between runs: it halves the time to the first answer, and a third of the memory.
enableCompileCache(join(paths.own, "cache", "compiled"));
const { providerNamed, providerNames } = await import("./providers/registry.ts");
const { serve } = await import("./providers/serve.ts");
const { say, statusLines } = await import("./providers/engineLog.ts");

const provider = await providerNamed(name);
if (!provider) {
  process.stderr.write(`no provider "${name}" is served here; there are: ${providerNames().join(", ")}\n`);
  process.exit(64);
}

const served = await serve(provider, engine ? statusLines(engine) : undefined);
process.stdout.write(`${served.port}\n`);
if (engine && provider.notice) void say(engine, provider.notice);
// The engine ends its plugins with a kill: what was compiled is written while there is time.
setTimeout(flushCompileCache, 1000).unref();

/** Ctrl-C reaches the whole group of a terminal; the engine decides what becomes of what is under way. */
process.on("SIGINT", () => {});
process.on("SIGTERM", () => process.exit(0));
served.cancelled.addEventListener("abort", () => void served.stop().then(() => process.exit(0)));

// An engine that was killed says nothing. It holds our stdin open while it lives; where something else started us,
// a new parent says as much.
const stdin = fstatSync(0, { throwIfNoEntry: false });
if (stdin?.isFIFO() || stdin?.isSocket()) process.stdin.on("end", () => process.exit(0)).resume();
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(0), 500).unref();
