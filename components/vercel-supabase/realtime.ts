import type { Cache } from "./cache.ts";

/** Publish and subscribe through the cache, as on the other stages; Supabase's own Realtime is left unused. */
export const realtime = ({ url }: Cache) => ({ REALTIME_URL: url });
