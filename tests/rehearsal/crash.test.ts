import { expect, test } from "vitest";
import { blows, mishaps } from "../support/blows.ts";
import { mayMount } from "../support/smallDisk.ts";
import { storesSubject, sweep } from "../support/sweep.ts";

/** A sample: each mishap in one life. Every change of every stage: tests/slow/rehearsal/. */
test("a life struck by each kind of blow converges by itself", async () => {
  const fallen = await sweep({ subject: storesSubject, from: "small", to: "medium", every: 1, blows });
  const met = new Set(Object.keys(fallen).map((name) => name.split(" ")[0]));
  expect([...met].toSorted()).toEqual(mishaps.filter((one) => one !== "disk" || mayMount()).toSorted());
});
