import { createServer } from "node:net";
import type { StackContext } from "../../components/kit/context.ts";
import type { Diagnostic } from "../../components/model/diagnostics.ts";
import { containersOf } from "./containers.ts";

/** Whether nothing listens on a port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Ports that something else holds. The stack's own edge may.
 * @returns a problem for each, naming the setting
 */
export async function takenPorts(context: StackContext, file: string): Promise<Diagnostic[]> {
  const own = await containersOf(context);
  const held = new Set(own.flatMap(({ Ports }) => Ports.map(({ PublicPort }) => PublicPort)));
  const problems: Diagnostic[] = [];
  for (const [key, port] of [
    ["httpsPort", context.ports.https],
    ["httpPort", context.ports.http],
  ] as const) {
    if (held.has(port) || (await isFree(port))) continue;
    problems.push({
      what: "something else listens on this port",
      where: { file, key: `config.rung:${key}` },
      found: `127.0.0.1:${port} is taken`,
      allowed: "a free port from 1024 to 65535",
      mend: `set rung:${key} to a free port, or end what listens there`,
    });
  }
  return problems;
}
