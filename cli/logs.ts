import { DiagnosticsError, nearMatch } from "../components/model/diagnostics.ts";
import { type Capability, capabilities } from "../components/model/words.ts";
import { mustLive } from "../operations/living.ts";
import { operationsOf } from "../operations/stages.ts";
import type { StackOptions } from "./change.ts";
import { paint } from "./render/text.ts";

export interface LogsOptions extends StackOptions {
  readonly follow?: boolean;
  readonly lines: number;
}

const colours = ["cyan", "green", "yellow", "magenta", "blue"] as const;

/** What the parts of a stack, or of one capability, say: part, then the line; with `--json` one object a line. */
export async function logs(named: string | undefined, options: LogsOptions): Promise<number> {
  const capability = named === undefined ? undefined : capabilityNamed(named);
  const living = await mustLive(options.stack);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const parts: string[] = [];
  const request = { follow: options.follow === true, lines: options.lines, signal: stop.signal };
  const operations = await operationsOf(living.context.stage);
  await operations.logs(living, { ...request, ...(capability ? { capability } : {}) }, (line) => {
    if (options.json) {
      process.stdout.write(`${JSON.stringify(line)}\n`);
      return;
    }
    if (!parts.includes(line.part)) parts.push(line.part);
    const colour = colours[parts.indexOf(line.part) % colours.length] ?? "cyan";
    process.stdout.write(`${paint(colour, line.part.padEnd(16))} ${line.text}\n`);
  });
  process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  return 0;
}

function capabilityNamed(name: string): Capability {
  const found = capabilities.find((one) => one === name);
  if (found) return found;
  const near = nearMatch(name, capabilities);
  throw new DiagnosticsError([
    {
      what: `not a capability${near ? `; did you mean ${near}?` : ""}`,
      where: { file: "rung logs" },
      found: name,
      allowed: capabilities.join(", "),
    },
  ]);
}
