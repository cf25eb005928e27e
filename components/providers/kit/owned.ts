import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Unanswered } from "./http.ts";

/**
 * A mark that a vendor keeps with what we made (in its description, say): by it, what was made but never heard of is
 * found again. Where the vendor keeps no such text, a thing is known by its name inside a thing of ours.
 */
export const markOf = (urn: string): string =>
  `Made by Rung, ${createHash("sha256").update(urn).digest("hex").slice(0, 16)}`;

const looksMs = [0, 1000, 3000];

/**
 * Makes a thing once. What an earlier, interrupted try left is taken up; a request that nobody answered is resolved by
 * looking.
 * @param find the id of what is there already and ours
 * @returns its id, and whether it was there before
 */
export async function madeOnce(
  find: () => Promise<string | undefined>,
  make: () => Promise<string>,
): Promise<{ id: string; found: boolean }> {
  const left = await find();
  if (left !== undefined) return { id: left, found: true };
  try {
    return { id: await make(), found: false };
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    // A request that is still under way shows a little later.
    for (const wait of looksMs) {
      await sleep(wait);
      const done = await find();
      if (done !== undefined) return { id: done, found: true };
    }
  }
  return { id: await make(), found: false };
}
