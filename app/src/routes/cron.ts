import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { timingSafeEqual } from "hono/utils/buffer";
import type { Env } from "../hono.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";

/**
 * Ninety days are shown. A month goes to the archive whole once all of it is older; this takes what nobody archived, and
 * no event at all where archiving is the spec's: what it could not take yet, it takes later.
 */
export const retentionDays = 130;
const batch = 5000;
/** Schedulers give up after some minutes, functions after less: the next run goes on. */
const limitMs = 50_000;
/** Events may come thirty days late. */
const rollUpDays = 31;

/** What the scheduler calls, by GET (as Vercel's does) or POST. */
export const cron = (services: Services) =>
  new Hono<Env>()
    .use("/cron/*", onlyScheduler(services))
    .on(["GET", "POST"], "/cron/cleanup", async (c) => {
      const total = { events: 0, users: 0, batches: 0, busy: false, finished: false };
      const until = performance.now() + limitMs;
      const { eventsArchived } = services.config;
      while (!total.finished && !total.busy && performance.now() < until) {
        const { events, users, busy } = await services.database.cleanup(retentionDays, batch, eventsArchived);
        total.events += events;
        total.users += users;
        total.batches += busy ? 0 : 1;
        total.busy = busy;
        total.finished = !busy && events < batch && users < batch;
      }
      services.log.info(total, "cleanup");
      return c.json({ retentionDays, ...total });
    })
    .on(["GET", "POST"], "/cron/metrics", async (c) => {
      const rows = await services.database.rollUp(rollUpDays);
      services.log.info({ rows }, "daily rollups");
      return c.json({ days: rollUpDays, rows });
    });

const onlyScheduler = ({ config }: Services) =>
  createMiddleware<Env>(async (c, next) => {
    const given = c.req.header("authorization") ?? "";
    if (!(await timingSafeEqual(given, `Bearer ${config.cronSecret}`))) {
      throw new Refusal(401, "not_the_scheduler", "Only the scheduler may ask for this.");
    }
    await next();
    c.header("Cache-Control", "no-store");
  });
