import { seldomOf } from "./seldom.ts";
import type { Services } from "./services.ts";

const tell = seldomOf();

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
    tell(services)(() => services.log.warn({ err: error }, "the cache is away; going on without it"));
    return otherwise;
  }
}
