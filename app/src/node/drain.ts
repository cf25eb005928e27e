import type { Server } from "node:http";
import { Server as Listener } from "node:net";
import type { Lifecycle, Log } from "../services.ts";

/** The edge has noticed by now; what still runs gets this long to end. */
const endMs = 10_000;
/**
 * A kept connection is told to end by its next answer. Were it cut while idle, a request could be under way on it, and
 * a proxy sends no write a second time.
 */
const keptMs = 1000;

/** One stop, told to all who need to know. */
export class Draining implements Lifecycle {
  draining = false;
  readonly #end = new AbortController();
  readonly ending = this.#end.signal;

  /**
   * Not ready any more, but serving on for the given time; then no new connections, long answers end, kept connections
   * a little later, and it resolves when all is answered. Never rejects.
   */
  async stop(server: Server, seconds: number, log: Log): Promise<void> {
    this.draining = true;
    log.info({ seconds }, "draining");
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    // An HTTP server's own close would cut idle connections at once.
    const closed = new Promise<void>((resolve) => Listener.prototype.close.call(server, () => resolve()));
    this.#end.abort();
    let idle: NodeJS.Timeout | undefined;
    const kept = setTimeout(() => {
      idle = setInterval(() => server.closeIdleConnections(), 100);
    }, keptMs);
    const tooLong = setTimeout(() => {
      log.warn({}, "some answers took too long and are cut off");
      server.closeAllConnections();
    }, endMs);
    await closed;
    for (const timer of [kept, idle, tooLong]) clearTimeout(timer);
  }
}
