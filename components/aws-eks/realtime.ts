import type { Cache } from "./cache.ts";

/** Publish and subscribe through the primary's cache: every replica, in every region, hears what any of them says. */
export const realtime = ({ url }: Cache) => ({ REALTIME_URL: url });
