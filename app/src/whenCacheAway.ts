import type { Services } from "./services.ts";

/** One line says it; a line a request would only bury the others. */
const quietMs = 5000;
const lastSaid = new WeakMap<Services, number>();

/** What the cache says, or `otherwise` when it is away: the app is slower and more generous then, but it works. */
export async function whenCacheAway<T, U>(
  services: Services,
  asked: Promise<T>,
  otherwise: U,
): Promise<T | U> {
  try {
    return await asked;
  } catch (error) {
    services.metrics.degraded("cache");
    const now = services.clock.now().getTime();
    if (now - (lastSaid.get(services) ?? 0) >= quietMs) {
      lastSaid.set(services, now);
      services.log.warn({ err: error }, "the cache is away; going on without it");
    }
    return otherwise;
  }
}
