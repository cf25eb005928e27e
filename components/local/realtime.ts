import type { Cache } from "./cache.ts";

/** Publish and subscribe over the cache's Valkey: nothing of its own. */
export const realtime = (cache: Cache) => ({ REALTIME_URL: cache.url });
