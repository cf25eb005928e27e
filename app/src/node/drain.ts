import type { Server } from "node:http";
import type { Lifecycle, Log } from "../services.ts";

/** The edge has noticed by now; what still runs gets this long to end. */
const endMs = 10_000;

/** One stop, told to all who need to know. */
export class Draining implements Lifecycle {
  draining = false;
  readonly #end = new AbortController();
  readonly ending = this.#end.signal;

  /**
   * Not ready any more, but serving on for the given time; then no new connections, long answers end, and it resolves
   * when all is answered. Never rejects.
   */
  async stop(server: Server, seconds: number, log: Log): Promise<void> {
    this.draining = true;
    log.info({ seconds }, "draining");
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.#end.abort();
    const tooLong = setTimeout(() => {
      log.warn({}, "some answers took too long and are cut off");
      server.closeAllConnections();
    }, endMs);
    await closed;
    clearTimeout(tooLong);
  }
}
