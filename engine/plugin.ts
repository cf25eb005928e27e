import { fstatSync } from "node:fs";
import { say, statusLines } from "./providers/engineLog.ts";
import { providerNamed, providerNames } from "./providers/registry.ts";
import { serve } from "./providers/serve.ts";

/**
 * A provider plugin: `node engine/plugin.ts <name> [<engine's address>]`. Prints its port and serves until the engine
 * is gone or has cancelled.
 */
const [name = "", engine] = process.argv.slice(2);
const provider = await providerNamed(name);
if (!provider) {
  process.stderr.write(`no provider "${name}" is served here; there are: ${providerNames().join(", ")}\n`);
  process.exit(64);
}

const served = await serve(provider, engine ? statusLines(engine) : undefined);
process.stdout.write(`${served.port}\n`);
if (engine && provider.notice) void say(engine, provider.notice);

/** Ctrl-C reaches the whole group of a terminal; the engine decides what becomes of what is under way. */
process.on("SIGINT", () => {});
process.on("SIGTERM", () => process.exit(0));
served.cancelled.addEventListener("abort", () => void served.stop().then(() => process.exit(0)));

// An engine that was killed says nothing. It holds our stdin open while it lives; where something else started us,
// a new parent says as much.
const pipe = fstatSync(0, { throwIfNoEntry: false })?.isFIFO() ?? false;
if (pipe) process.stdin.on("end", () => process.exit(0)).resume();
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(0), 500).unref();
