import { afterAll, beforeAll, expect, test } from "vitest";
import { output } from "../hold/images.ts";
import { sqlIn } from "../load/nothingLost.ts";
import { expandAndContract, failHalfWay } from "../load/schemaChange.ts";
import { mustRung } from "../support/rung.ts";
import { type TestStack, testStack } from "../support/stack.ts";

const settings = { rateLimitPerMinute: 1_000_000 };
let own: TestStack;
let ca: string;

beforeAll(async () => {
  own = await testStack(settings);
  await mustRung("up", "--stack", own.stack);
  ca = await output(own, "certificateAuthority");
  await mustRung("db", "seed", "--users", "500", "--events-per-user", "400", "--stack", own.stack);
});
afterAll(() => own.remove());

test("expand, the old app on the new schema, and contract lose nothing in 40,000 requests", async () => {
  expect(Number(await sqlIn(own, "SELECT count(*) FROM events"))).toBe(200_000);
  await expandAndContract(own, settings, { own, ca, atLeast: 10_000, perSecond: 320 });
});

test("a migration that fails half way under load leaves the app serving, and nothing of itself", async () => {
  await failHalfWay(own, settings, { own, ca, atLeast: 10_000, perSecond: 320 });
});
