import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loseNothing, sqlIn } from "../load/nothingLost.ts";
import { containers, docker } from "../local/docker.ts";
import { mustRung, rung } from "../support/rung.ts";
import { signed } from "../support/signed.ts";
import { type TestStack, testStack } from "../support/stack.ts";
import { output } from "./images.ts";

let from: TestStack;
let to: TestStack;

beforeAll(async () => {
  [from, to] = [await testStack({ rateLimitPerMinute: 1_000_000 }), await testStack()];
  await mustRung("up", "--stack", from.stack);
  await mustRung("up", "--stack", to.stack);
});

afterAll(async () => {
  await from.remove();
  await to.remove();
});

const between = () => ["--from", from.stack, "--to", to.stack];
/** The machine may be busy: how long requests wait is measured by the bench. */
const promote = (step: string) => mustRung("promote", step, ...between(), "--pause", "30");
const state = async () => JSON.parse((await promoteStatus()).out);
const promoteStatus = () => rung("promote", "status", ...between(), "--json");
const events = async (stack: TestStack) => Number(await sqlIn(stack, "SELECT count(*) FROM events"));

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error(`not within some minutes: ${what}`);
}

const put = (key: string) => signed(from, "app", "PUT", `/uploads/${key}`, `what ${key} says`);
const got = async (own: TestStack, key: string) => (await signed(own, "app", "GET", `/uploads/${key}`)).body;

test("two stacks of local, the app serving: over to the other and back, no request fails, no event is lost or doubled", async () => {
  await put("before");
  const planned = await rung("promote", "plan", ...between());
  expect(planned.err).toBe("");
  expect(planned.code).not.toBe(3);
  expect(planned.out).toContain("bucket uploads: 1 objects");
  const ca = await output(from, "certificateAuthority");
  await loseNothing({ own: from, ca, atLeast: 300, perSecond: 20 }, async () => {
    await promote("start");
    expect(await got(to, "before")).toBe("what before says");
    await put("meanwhile");
    await promote("verify");
    await promote("cutover");
    expect(await state()).toMatchObject({ serves: to.stack, journal: { state: "cut-over" } });
    const before = await events(to);
    // requests come to the source's edge, and what they write is in the target
    await until(async () => (await events(to)) > before, "the target has what is written");
    // and in the source, from there
    await until(async () => (await events(from)) > before, "the source has it, too");
    expect(await got(to, "meanwhile")).toBe("what meanwhile says");
    await put("late"); // the source's app serves on, and knows its own storage
    expect(await promote("rollback")).toContain(`${from.stack} serves`);
  });
  expect(await state()).toMatchObject({ serves: from.stack, journal: { state: "rolled-back" } });
  for (const own of [from, to]) expect(await got(own, "late")).toBe("what late says");
});

test("nothing that was open for the move stays open, and no database's port is ever published", async () => {
  for (const own of [from, to]) {
    expect(await sqlIn(own, "SELECT count(*) FROM pg_roles WHERE rolname = 'mover'")).toBe("0");
    expect(await sqlIn(own, "SELECT count(*) FROM pg_replication_slots")).toBe("0");
    for (const { Name, HostConfig } of await containers(own))
      if (!Name.endsWith("-edge")) expect(HostConfig.PortBindings ?? {}).toEqual({});
    expect(await docker("ps", "-aq", "--filter", `label=dev.rung.relay=${own.stack}`)).toBe("");
  }
});
