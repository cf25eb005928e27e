import { Redis } from "iovalkey";
import { seldom } from "../seldom.ts";
import type { Log } from "../services.ts";

/**
 * A connection that fails at once while the server is away, and comes back by itself. Commands of one tick go out
 * together.
 */
export function redis(url: string, name: string, log: Log): Redis {
  const client = new Redis(url, {
    connectionName: name,
    keyPrefix: `${name}:`,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    // Its reply to INFO may not be ours to read.
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 2000,
    commandTimeout: 1000,
    // One that has gone silent is left: from then on commands fail at once, until another is there.
    socketTimeout: 1500,
    keepAlive: 10_000,
    retryStrategy: (times) => Math.min(times * 50, 1000),
  });
  const tell = seldom();
  client.on("error", (err) =>
    tell(() => log.warn({ err, connection: name }, "the cache's connection failed; coming back")),
  );
  return client;
}

/** Until it is connected, or some time has passed: the app starts without it too. */
export const connected = (client: Redis, ms: number): Promise<void> =>
  client.status === "ready"
    ? Promise.resolve()
    : new Promise((resolve) => {
        setTimeout(resolve, ms);
        client.once("ready", resolve);
      });
