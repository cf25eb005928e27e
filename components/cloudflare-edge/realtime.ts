/**
 * The Worker's classes of Durable Objects: `Live` is a user's live channel, `Counters` what must be counted exactly.
 * Cloudflare compares this with what there is; a class that is left out would not be deleted, but refused.
 */
export const realtime = { LIVE: "Live", COUNTERS: "Counters" } as const;
