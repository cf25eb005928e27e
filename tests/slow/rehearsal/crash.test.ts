import { expect, test } from "vitest";
import { blows, mishaps } from "../../support/blows.ts";
import { mayMount } from "../../support/smallDisk.ts";
import { storesSubject, sweep } from "../../support/sweep.ts";

/** Each mishap alone and each distance between two of them: every change of the program's meets every mishap. */
const cases = mishaps.flatMap((mishap) => [1, 2, 3, 4, 5].map((every) => ({ mishap, every })));

test.each(cases)("$mishap at every change number $every: converges by itself", async ({ mishap, every }) => {
  const alone = blows.filter((blow) => blow.mishap === mishap);
  const fallen = await sweep({ subject: storesSubject, from: "small", to: "medium", every, blows: alone });
  if (mishap !== "disk" || mayMount()) expect(Object.keys(fallen).length).toBeGreaterThan(0);
});
