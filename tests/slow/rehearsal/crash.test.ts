import { expect, test } from "vitest";
import { type Crash, countCalls, runs, survive, victims } from "../../support/crash.ts";

/** Every change that a provider makes in a life of a stack with stores, either side of it, whoever is killed. */
const counts = await countCalls();
const phases = ["before", "after"] as const;
const crashes: Crash[] = runs.flatMap((run) =>
  Array.from({ length: counts[run] }, (_, index) => index + 1).flatMap((call) =>
    phases.flatMap((phase) => victims.map((victim) => ({ run, victim, phase, call }))),
  ),
);

test("there is something to crash in each run", () => {
  for (const run of runs) expect(counts[run], run).toBeGreaterThan(3);
});

test.each(crashes)("$victim gone $phase call $call of $run: converges by itself", async (crash) => {
  expect(await survive(crash), "the crash happened").toBe(true);
});
