import { createMiddleware } from "hono/factory";
import type { Env } from "../hono.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import { whenCacheAway } from "../whenCacheAway.ts";

const windowMs = 60_000;
/** Asked by the platform itself, often and from few addresses. */
const exempt = /^\/api\/(health|ready|cron\/.*)$/;

/** So many requests a minute from one address, over all replicas. Without the cache everyone is let in. */
export const rateLimit = (services: Services) =>
  createMiddleware<Env>(async (c, next) => {
    if (exempt.test(c.req.path)) return next();
    const limit = services.config.rateLimitPerMinute;
    const now = services.clock.now().getTime();
    const key = `rate:${services.clientAddress(c.req.raw.headers)}`;
    const used = await whenCacheAway(services, services.cache.hit(key, windowMs, now), 0);
    const reset = String(Math.ceil((windowMs - (now % windowMs)) / 1000));
    const headers = {
      "RateLimit-Limit": String(limit),
      "RateLimit-Remaining": String(Math.max(0, limit - used)),
      "RateLimit-Reset": reset,
    };
    if (used > limit) {
      throw new Refusal(429, "too_many_requests", "Too many requests. Wait a little.", {
        headers: { ...headers, "Retry-After": reset },
      });
    }
    await next();
    // A shared copy must not tell everyone about one client's count.
    if (c.res.headers.get("cache-control")?.startsWith("public")) return;
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
  });
