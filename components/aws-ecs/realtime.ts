import type { Cache } from "./cache.ts";

/** Publish and subscribe through the cache: every task hears what any of them says. */
export const realtime = ({ url }: Cache) => ({ REALTIME_URL: url });
