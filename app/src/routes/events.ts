import { Hono } from "hono";
import type { Env } from "../hono.ts";
import { checked, eventsInput } from "../input.ts";
import { json, limited } from "../middleware/body.ts";
import { session } from "../middleware/session.ts";
import type { Services, UsageEvent } from "../services.ts";
import { whenCacheAway } from "../whenCacheAway.ts";
import { insightsKey } from "./insights.ts";

/** A live message tells of so many events, and of how many there were. */
const shownLive = 20;

/** Ingest. The answer comes after the commit; sending the same ids again changes nothing. */
export const events = (services: Services) =>
  new Hono<Env>().post("/events", limited(1024 * 1024), session(services), async (c) => {
    const input = checked(eventsInput, await json(c));
    const now = services.clock.now().toISOString();
    const batch = input.events.map(
      ({ id, occurredAt, ...rest }): UsageEvent => ({
        id: id ?? crypto.randomUUID(),
        occurredAt: occurredAt ?? now,
        ...rest,
      }),
    );
    const userId = c.get("userId");
    const fresh = new Set(await services.database.ingest(userId, batch));
    // An id that is twice in the batch is stored once: taken out with the first.
    const accepted = batch.filter(({ id }) => fresh.delete(id));
    const duplicates = batch.length - accepted.length;
    services.metrics.ingested(accepted.length, duplicates);
    if (accepted.length > 0) await tell(services, userId, accepted);
    c.header("Cache-Control", "no-store");
    return c.json({ accepted: accepted.length, duplicates }, 202);
  });

/**
 * The user's open pages, and the insights that they show (other spans age out by themselves). What is stored is
 * stored, whether or not this works.
 */
async function tell(services: Services, userId: string, accepted: readonly UsageEvent[]): Promise<void> {
  const message = JSON.stringify({ count: accepted.length, events: accepted.slice(0, shownLive) });
  await Promise.all([
    whenCacheAway(services, services.cache.delete(insightsKey(7, userId)), undefined),
    services.realtime.publish(userId, message).catch((error: unknown) => {
      services.metrics.degraded("realtime");
      services.log.warn({ err: error }, "events were not told to open pages");
    }),
  ]);
}
