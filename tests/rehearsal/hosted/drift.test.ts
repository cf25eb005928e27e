import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awsAccount } from "../../support/awsWorld.ts";
import { type Held, type HostedStack, hostedStack } from "../../support/hostedRung.ts";
import { copiedTree } from "../../support/tree.ts";

/**
 * Drift of a hosted stage, with stand-ins for AWS whose memory is changed as by hand. In a copy of the checkout: what
 * is accepted is written into its spec.
 */
const image = `ghcr.io/example/pulse@sha256:${"1".repeat(64)}`;

let own: HostedStack;
let tree: Awaited<ReturnType<typeof copiedTree>>;
beforeAll(async () => {
  tree = await copiedTree();
  own = await hostedStack("aws-ecs", {
    tree: tree.folder,
    settings: { "rung:image": image },
    servers: async (store) => [await awsAccount(store)],
  });
  const { code, err } = await own.rung("up");
  expect({ code, err }).toEqual({ code: 0, err: "" });
});
afterAll(async () => {
  await own.remove();
  await tree.remove();
});

type Inputs = Readonly<Record<string, unknown>>;

/** Changes what AWS holds of the first resource of a type; undefined: it is gone. */
async function byHand(
  type: string,
  change: Inputs | ((inputs: Inputs) => Inputs) | undefined,
  name = /./,
): Promise<void> {
  const files = await readdir(own.folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((one) => one.isFile() && !one.name.startsWith("."))) {
    const path = join(file.parentPath, file.name);
    const text = await readFile(path, "utf8");
    if (!text.startsWith("{") || !text.includes(type)) continue;
    const held = JSON.parse(text) as Held & { readonly inputs: Inputs };
    if (held.type !== type || !name.test(held.urn)) continue;
    const to = typeof change === "function" ? change(held.inputs) : change;
    const changed = { inputs: { ...held.inputs, ...to }, outputs: { ...held.outputs, ...to } };
    if (change) await writeFile(path, JSON.stringify({ ...held, ...changed }));
    else await rm(path);
    return;
  }
  throw new Error(`AWS holds no ${type}`);
}

const drift = async (...args: string[]) => {
  const ran = await own.rung("drift", "--json", ...args);
  return { ...ran, found: JSON.parse(ran.out) };
};
const settings = () => readFile(join(tree.folder, `Pulumi.${own.stack}.yaml`), "utf8");
const spec = () => readFile(join(tree.folder, "app", "spec.ts"), "utf8");

test("nothing differs after an up", async () => {
  const { code, found } = await drift();
  expect({ code, stacks: found.stacks }).toEqual({ code: 0, stacks: [] });
});

test("what is changed by hand is ranked as the change of code would be", async () => {
  await byHand("aws:rds/instance:Instance", { deletionProtection: false, backupRetentionPeriod: 1 });
  await byHand("aws:budgets/budget:Budget", { limitAmount: "900.00" });
  const { code, found } = await drift();
  expect({ code, verdict: found.verdict }).toEqual({ code: 2, verdict: "REVIEW" });
  const told = found.stacks[0].findings.map(
    ({ rank, resource }: { rank: string; resource: { name: string } }) => `${rank}: ${resource?.name}`,
  );
  expect(told[0]).toMatch(/^data loss: database/);
  expect(told.some((one: string) => one.endsWith("budget"))).toBe(true);
});

/** No secret of the stack's: what somebody put in its place by hand. */
const planted = "planted-by-hand-4711";

test("--accept writes what settings and spec can say, and nothing that a preview does not bear out", async () => {
  await byHand(
    "aws:scheduler/schedule:Schedule",
    { scheduleExpression: "cron(30 3 * * ? *)" },
    /job-cleanup/,
  );
  await byHand("aws:lb/targetGroup:TargetGroup", ({ healthCheck }) => ({
    healthCheck: { ...(healthCheck as object), path: "/api/health" },
  }));
  await byHand(
    "aws:secretsmanager/secretVersion:SecretVersion",
    { secretString: JSON.stringify({ OTHER: planted }) },
    /::app$/,
  );
  const [specBefore, settingsBefore] = [await spec(), await settings()];
  const { code, out, err } = await own.rung("drift", "--accept", "--json");
  expect(code, err).toBe(2);
  const { written, refused } = JSON.parse(out);
  expect(written.map(({ key, to }: { key: string; to: string }) => `${key} = ${to}`).toSorted()).toEqual([
    "container.health.ready = /api/health",
    "jobs.cleanup.schedule = 30 3 * * *",
    "rung:budgetUsd = 900",
  ]);
  expect(await settings()).toBe(settingsBefore.replace('rung:budgetUsd: "500"', 'rung:budgetUsd: "900"'));
  expect(await spec()).toBe(
    specBefore
      .replace('cleanup: { schedule: "0 2 * * *"', 'cleanup: { schedule: "30 3 * * *"')
      .replace("drainSeconds: 3 }", 'drainSeconds: 3, health: { ready: "/api/health" } }'),
  );
  const why = new Map(refused.map((one: { name: string; why: string }) => [one.name, one.why]));
  expect(why.get("database")).toMatch(/says .*backupRetentionPeriod = 1/);
  expect(why.get("app")).toContain("secrets are never written into code");
  for (const text of [out, err, await spec(), await settings()]) expect(text).not.toContain(planted);
  // A preview for each thing that is tried.
}, 900_000);

test("what was accepted is no drift any more, and nothing is left to bring out of it", async () => {
  const { found } = await drift();
  const still = found.stacks[0].changes.map(({ name }: { name: string }) => name);
  expect(still.toSorted()).toEqual(["app", "database"]);
  expect(found.stacks[0].unknowns.join(), "nothing waits").not.toContain("brought out");
});

test("--revert brings the rest back", async () => {
  const { code, out, err } = await own.rung("drift", "--revert");
  expect(code, out + err).toBe(0);
  const instance = (await own.held()).find(({ type }) => type === "aws:rds/instance:Instance");
  expect(instance?.outputs).toMatchObject({ deletionProtection: true, backupRetentionPeriod: 7 });
  const job = (await own.held()).find(({ urn }) => urn.endsWith("::job-cleanup"));
  expect(job?.outputs, "what was accepted stays").toMatchObject({ scheduleExpression: "cron(30 3 * * ? *)" });
  expect((await drift()).code).toBe(0);
});

test("a store that is gone would come back empty: that is said, and not done unasked", async () => {
  await byHand("aws:rds/instance:Instance", undefined);
  const { code, found } = await drift();
  expect({ code, verdict: found.verdict }).toEqual({ code: 3, verdict: "BLOCK" });
  expect(found.stacks[0].findings[0].what).toContain("database is gone");
  const refused = await own.rung("drift", "--revert");
  expect(refused.code).toBe(3);
  expect(refused.err).toContain("restore a backup");
  expect((await own.held()).some(({ type }) => type === "aws:rds/instance:Instance")).toBe(false);
});
