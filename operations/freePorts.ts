import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Below those that a system gives to connections (Linux 32768 and up): what is free now is so in a minute, too. */
const [first, end] = [20_000, 30_000];

/**
 * Ports of this machine that nothing listens on now.
 * @throws Error where hardly any is free
 */
export async function freePorts(count: number): Promise<number[]> {
  const open: { readonly server: Server; readonly port: number }[] = [];
  try {
    for (let tries = 0; open.length < count; tries += 1) {
      if (tries > 1000) throw new Error(`hardly any port from ${first} to ${end} is free`);
      const port = randomInt(first, end);
      const server = createServer().listen(port, "127.0.0.1");
      const free = await once(server, "listening").then(
        () => true,
        () => false,
      );
      if (free) open.push({ server, port });
    }
    return open.map(({ port }) => port);
  } finally {
    for (const { server } of open) await once(server.close(), "close");
  }
}
