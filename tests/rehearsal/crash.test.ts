import { expect, test } from "vitest";
import { type Crash, survive } from "../support/crash.ts";

/** A sample; every call, side and victim: tests/slow/rehearsal/crash.test.ts. */
const sample: Crash[] = [
  { run: "up", victim: "engine", phase: "after", call: 6 },
  { run: "up", victim: "stand-in", phase: "after", call: 5 },
  { run: "change", victim: "state", phase: "after", call: 3 },
  { run: "destroy", victim: "program", phase: "before", call: 2 },
];

test.each(sample)("$victim gone $phase call $call of $run: converges by itself", async (crash) => {
  expect(await survive(crash), "the crash happened").toBe(true);
});
