import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Env } from "../hono.ts";
import { session } from "../middleware/session.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";

/** Shorter than any proxy's patience. */
const heartbeatMs = 15_000;
/** A reader so far behind does not read any more. */
const maxWaiting = 100;

/** The user's events as they are ingested, by whichever replica. Ends when the app is about to: clients come again. */
export const realtime = (services: Services) =>
  new Hono<Env>().get("/realtime", session(services), (c) => {
    const { ending } = services.lifecycle;
    if (ending.aborted) {
      throw new Refusal(503, "draining", "Ask again: another replica answers.", {
        headers: { "Retry-After": "1" },
      });
    }
    const userId = c.get("userId");
    c.header("Cache-Control", "no-store");
    c.header("X-Accel-Buffering", "no");
    return streamSSE(c, async (stream) => {
      const over = Promise.withResolvers<void>();
      const waiting: string[] = [];
      let wake = Promise.withResolvers<void>();
      const take = (message: string) => {
        if (waiting.push(message) > maxWaiting) over.resolve();
        wake.resolve();
      };
      stream.onAbort(() => over.resolve());
      ending.addEventListener("abort", () => over.resolve(), { once: true });
      const expires = c.get("token").expires * 1000 - services.clock.now().getTime();
      const timers = [
        setInterval(() => void stream.write(": still here\n\n"), heartbeatMs),
        setTimeout(() => over.resolve(), Math.min(expires, 2 ** 31 - 1)),
      ];
      let leave: (() => void) | undefined;
      try {
        leave = await services.realtime.subscribe(userId, take);
        await stream.writeSSE({ event: "ready", data: services.info.replica, retry: 1000 });
        let open = true;
        void over.promise.then(() => {
          open = false;
          wake.resolve();
        });
        while (open) {
          await wake.promise;
          wake = Promise.withResolvers<void>();
          for (const data of waiting.splice(0)) await stream.writeSSE({ event: "events", data });
        }
        if (!stream.aborted) await stream.writeSSE({ event: "bye", data: "" });
      } catch (err) {
        services.log.warn({ err, requestId: c.get("requestId") }, "a live stream ended early");
      } finally {
        for (const timer of timers) clearTimeout(timer);
        leave?.();
      }
    });
  });
