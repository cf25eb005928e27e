import { once } from "node:events";
import { Agent, createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Draining } from "../../../app/src/node/drain.ts";

const say = () => {};
const log = { debug: say, info: say, warn: say, error: say };
const kept = new Agent({ keepAlive: true, maxSockets: 1 });
let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer((_, response) => response.end("answered"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  port = (server.address() as AddressInfo).port; // it listens on TCP
});
afterEach(() => {
  kept.destroy();
  server.closeAllConnections();
});

/** Status, or the error's code; and whether the request went over a connection that was there before. */
async function ask(agent: Agent | false): Promise<{ said: unknown; again: boolean }> {
  const request = get({ port, host: "127.0.0.1", agent });
  const said = await new Promise((resolve) => {
    request.on("response", (response) => response.resume().on("end", () => resolve(response.statusCode)));
    request.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  return { said, again: request.reusedSocket };
}

test("a request that was under way on a kept connection is answered; new connections are refused; then it ends", async () => {
  expect(await ask(kept)).toEqual({ said: 200, again: false });
  const stopped = new Draining().stop(server, 0, log);
  await sleep(100);
  expect(await ask(kept)).toEqual({ said: 200, again: true });
  expect((await ask(false)).said).toBe("ECONNREFUSED");
  // The idle connection is cut after all.
  await stopped;
});
