import { Hono } from "hono";
import type { Env } from "../hono.ts";
import { probeAll } from "../probe.ts";
import type { Services } from "../services.ts";

/** Live: the process works. Ready: it can serve, that is, what it needs answers and it is not about to stop. */
export const health = (services: Services) =>
  new Hono<Env>()
    .get("/health", (c) => c.json({ status: "ok" }, 200, { "Cache-Control": "no-store" }))
    .get("/ready", async (c) => {
      const { draining } = services.lifecycle;
      const checks = await probeAll(services);
      const ready = !draining && Object.values(checks).every(({ ok }) => ok);
      c.header("Cache-Control", "no-store");
      return c.json(
        { status: draining ? "draining" : ready ? "ready" : "not ready", checks },
        ready ? 200 : 503,
      );
    });
