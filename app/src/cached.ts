import type { Services } from "./services.ts";
import { whenCacheAway } from "./whenCacheAway.ts";

/** What is being made right now, per app: who asks meanwhile waits for the same. */
const making = new WeakMap<Services, Map<string, Promise<unknown>>>();

/**
 * A value out of the cache, or made and put there. However many ask at once, one makes it.
 * @param name what kind of value it is, for the metrics
 */
export async function cached<T>(
  services: Services,
  name: string,
  key: string,
  seconds: number,
  make: () => Promise<T>,
): Promise<{ value: T; hit: boolean }> {
  const found = await whenCacheAway(services, services.cache.get(key), undefined);
  const hit = found !== undefined;
  services.metrics.cache(name, hit);
  void whenCacheAway(services, services.cache.add({ [counter(services, hit)]: 1 }), undefined);
  // What is under the key was written below.
  if (hit) return { value: JSON.parse(found) as T, hit };
  const shared = making.get(services) ?? new Map<string, Promise<unknown>>();
  making.set(services, shared);
  const before = shared.get(key);
  // A key is always asked for with the same T.
  if (before) return { value: (await before) as T, hit };
  const fresh = make().finally(() => shared.delete(key));
  shared.set(key, fresh);
  const value = await fresh;
  await whenCacheAway(services, services.cache.set(key, JSON.stringify(value), seconds), undefined);
  return { value, hit };
}

/** Hits and misses of today (UTC), of all replicas. */
export async function cacheUse(services: Services): Promise<{ hits: number; misses: number } | undefined> {
  const counted = await whenCacheAway(
    services,
    services.cache.counts([counter(services, true), counter(services, false)]),
    undefined,
  );
  return counted && { hits: counted[0] ?? 0, misses: counted[1] ?? 0 };
}

const counter = ({ clock }: Services, hit: boolean): string =>
  `${hit ? "hits" : "misses"}:${clock.now().toISOString().slice(0, 10)}`;
