import { beforeAll, describe, expect, test } from "vitest";
import type { Size } from "../../components/model/words.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { rehearsedState } from "../../operations/rehearse/index.ts";
import type { HostedStage } from "../../operations/rehearse/settings.ts";
import { harmless } from "../support/mutation/harmless.ts";
import { type Share, shareCaught, stoppedBy, subjectsOf } from "../support/mutation/share.ts";

/** The least size that has every part of the stage. */
const graphs: readonly (readonly [HostedStage, Size])[] = [
  ["aws-eks", "medium"],
  ["vercel-supabase", "medium"],
  ["hetzner-coolify", "medium"],
  ["cloudflare-edge", "small"],
  ["aws-ecs", "large"],
];
const shares = new Map<HostedStage, Share>();
const stopped = new Map<HostedStage, readonly string[]>();

beforeAll(async () => {
  const toolchain = await ensureToolchain();
  const waiting = [...graphs];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [stage, size] = next;
      const state = await rehearsedState(stage, toolchain, size, { "rung:protect": "true" });
      const subjects = subjectsOf(state);
      shares.set(stage, shareCaught(subjects));
      stopped.set(stage, stoppedBy(subjects));
    }
  };
  await Promise.all([work(), work()]);
});

describe.each(graphs)("%s", (stage) => {
  test("as it is, a stack that lasts is stopped by no rule", () => {
    expect(stopped.get(stage)).toEqual([]);
  });
  test("of its safe settings, turned off one at a time, 95 % are caught by some rule", () => {
    const { caught = 0, of = 0, missed = [] } = shares.get(stage) ?? {};
    console.log(`${stage}: ${caught} of ${of} caught, ${((100 * caught) / of).toFixed(1)} %`);
    expect(of).toBeGreaterThan(20);
    expect(caught / of, missed.join("\n")).toBeGreaterThanOrEqual(0.95);
  });
});

test("what is said to be harmless is there to be turned off", () => {
  const idle = harmless.filter((one) => ![...shares.values()].some(({ harmless: met }) => met.has(one)));
  expect(idle.map(({ why }) => why)).toEqual([]);
});
