import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../../progress.ts";
import type { Removal, Vendor, VendorThing } from "./vendor.ts";

/** How many are asked for at a time: below what the vendors' APIs let through in a second. */
const atATime = 6;
/** Rounds in a row in which nothing went: vendors let go of what others used a while later. */
const patience = 3;

export interface Stays {
  readonly thing: VendorThing;
  readonly why: string;
}

/**
 * Removes things, in rounds: what another still uses goes once that is gone, and no order has to be known. Killed in
 * the middle, the next sweep lists what is left and goes on.
 * @returns what is still there when a few rounds in a row removed nothing, and why
 */
export async function removeThings(
  vendor: Vendor,
  things: readonly VendorThing[],
  lookMs: number,
  report: Report,
  signal?: AbortSignal,
): Promise<readonly Stays[]> {
  let left: readonly Stays[] = things
    .filter(({ goesWith }) => goesWith === undefined)
    .map((thing) => ({ thing, why: "not tried" }));
  for (let idle = 0; left.length > 0 && idle < patience && !signal?.aborted; ) {
    const tried = await inParts(left, async ({ thing }) => ({ thing, how: await vendor.remove(thing) }));
    const stay = tried.flatMap(({ thing, how }) => (how === "gone" ? [] : [{ thing, why: how.stays }]));
    const gone = left.length - stay.length;
    if (gone > 0)
      report({
        event: "message",
        severity: "info",
        text: `${vendor.name}: ${gone} removed, ${stay.length} left`,
      });
    idle = gone > 0 ? 0 : idle + 1;
    left = stay;
    if (left.length > 0 && idle < patience)
      await sleep(lookMs, undefined, signal && { signal }).catch(() => {});
  }
  return left;
}

async function inParts<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += atATime)
    results.push(...(await Promise.all(all.slice(at, at + atATime).map(work))));
  return results;
}

/** What a vendor refused, as a reason; anything else is no answer, and thrown on. */
export const stays = (error: unknown): Removal => ({
  stays: error instanceof Error ? error.message : String(error),
});
