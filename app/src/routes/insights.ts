import { Hono } from "hono";
import { cached } from "../cached.ts";
import type { Env } from "../hono.ts";
import { checked, insightsInput } from "../input.ts";
import { session } from "../middleware/session.ts";
import type { Services } from "../services.ts";

const seconds = 30;

/** Where a user's insights are in the cache; everyone's without a user. */
export const insightsKey = (days: number, userId?: string): string => `insights:${days}:${userId ?? "all"}`;

/**
 * What was used how much. Everyone's (`scope=all`) are sums that name no one: they may be shared, and the CDN keeps
 * them for five seconds, so that a crowd costs the app next to nothing. One's own (`scope=me`) are private.
 */
export const insights = (services: Services) => {
  const who = session(services);
  return new Hono<Env>().get(
    "/insights",
    async (c, next) => (c.req.query("scope") === "me" ? who(c, next) : next()),
    async (c) => {
      const { days, scope } = checked(insightsInput, c.req.query());
      const userId = scope === "me" ? c.get("userId") : undefined;
      const { value, hit } = await cached(
        services,
        "insights",
        insightsKey(days, userId),
        seconds,
        async () => ({
          ...(await services.database.insights(days, userId)),
          generatedAt: services.clock.now().toISOString(),
        }),
      );
      c.header("X-App-Cache", hit ? "hit" : "miss");
      c.header(
        "Cache-Control",
        scope === "me" ? "private, no-store" : "public, max-age=0, s-maxage=5, stale-while-revalidate=10",
      );
      return c.json({ scope, days, ...value });
    },
  );
};
