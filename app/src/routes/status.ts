import { Hono } from "hono";
import { cached, cacheUse } from "../cached.ts";
import type { Env } from "../hono.ts";
import { probeAll } from "../probe.ts";
import type { Overview, Services } from "../services.ts";

/** What the page shows: what it runs on, and how that is. */
export const status = (services: Services) =>
  new Hono<Env>().get("/status", async (c) => {
    const { info, log } = services;
    const [checks, use, figures] = await Promise.all([
      probeAll(services),
      cacheUse(services),
      cached(services, "overview", "overview", 5, () => services.database.overview()).catch(
        (error: unknown) => {
          log.warn({ err: error }, "no overview");
          return undefined;
        },
      ),
    ]);
    const overview: Partial<Overview> = figures?.value ?? {};
    c.header("Cache-Control", "no-store");
    return c.json({
      ...info,
      now: services.clock.now().toISOString(),
      draining: services.lifecycle.draining,
      checks,
      cache: use && {
        ...use,
        ratio: use.hits + use.misses === 0 ? null : use.hits / (use.hits + use.misses),
      },
      eventsToday: overview.eventsToday ?? null,
      lastBackup: overview.lastBackup ?? null,
    });
  });
