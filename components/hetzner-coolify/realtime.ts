import type { Cache } from "./cache.ts";

/** Publish and subscribe through the cache: every replica hears what any of them says. */
export const realtime = ({ url }: Cache) => ({ REALTIME_URL: url });
