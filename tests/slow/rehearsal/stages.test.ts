import { expect, test } from "vitest";
import { stages } from "../../../components/stages.ts";
import type { HostedStage } from "../../../operations/rehearse/settings.ts";
import { blows, sweep } from "../../support/sweep.ts";

/**
 * Every stage's life, struck again and again: see sweep.ts. `RUNG_SWEEP_EVERY=1` strikes at every change, which takes
 * hours; by default each run goes five changes of a provider further.
 */
const hosted = Object.keys(stages).filter((name): name is HostedStage => name !== "local");
const every = Number(process.env.RUNG_SWEEP_EVERY ?? 5);

test.each(hosted)("%s comes through whatever befalls it", async (stage) => {
  expect(await sweep({ stage, from: "small", to: "medium", every, blows })).toBeGreaterThan(0);
});
