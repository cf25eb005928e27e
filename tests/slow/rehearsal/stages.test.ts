import { expect, test } from "vitest";
import { stages } from "../../../components/stages.ts";
import type { HostedStage } from "../../../operations/rehearse/settings.ts";
import { blows, nameOf } from "../../support/blows.ts";
import { mayMount } from "../../support/smallDisk.ts";
import { stageSubject, sweep } from "../../support/sweep.ts";

/**
 * Every stage's life, struck again and again: see sweep.ts. `RUNG_SWEEP_EVERY=1` strikes at every change, which takes
 * hours; by default each run goes as many changes of a provider further as lets every kind of blow have its turn.
 */
const hosted = Object.keys(stages).filter((name): name is HostedStage => name !== "local");
const every = Number(process.env.RUNG_SWEEP_EVERY ?? 3);

test.each(hosted)("%s comes through whatever befalls it", async (stage) => {
  // aws-eks begins at medium.
  const [from, to] = stage === "aws-eks" ? (["medium", "large"] as const) : (["small", "medium"] as const);
  const fallen = await sweep({ subject: stageSubject(stage), from, to, every, blows });
  process.stdout.write(`${stage}: ${JSON.stringify(fallen)}\n`);
  const possible = blows.filter(({ mishap }) => mishap !== "disk" || mayMount());
  expect(Object.keys(fallen).toSorted()).toEqual(possible.map(nameOf).toSorted());
});
