import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awsAccount } from "../../support/awsWorld.ts";
import { type Held, type HostedStack, hostedStack } from "../../support/hostedRung.ts";
import { root } from "../../support/rung.ts";

/** Drift of a hosted stage, with stand-ins for AWS whose memory is changed as by hand. */
const image = `ghcr.io/example/pulse@sha256:${"1".repeat(64)}`;

let own: HostedStack;
beforeAll(async () => {
  own = await hostedStack("aws-ecs", {
    settings: { "rung:image": image },
    servers: async (store) => [await awsAccount(store)],
  });
  const { code, err } = await own.rung("up");
  expect({ code, err }).toEqual({ code: 0, err: "" });
});
afterAll(() => own.remove());

/** Changes what AWS holds of the first resource of a type; undefined: it is gone. */
async function byHand(type: string, change: object | undefined, name = /./): Promise<void> {
  const files = await readdir(own.folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((one) => one.isFile() && !one.name.startsWith("."))) {
    const path = join(file.parentPath, file.name);
    const text = await readFile(path, "utf8");
    if (!text.startsWith("{") || !text.includes(type)) continue;
    const held = JSON.parse(text) as Held & { readonly inputs: object };
    if (held.type !== type || !name.test(text)) continue;
    const changed = { inputs: { ...held.inputs, ...change }, outputs: { ...held.outputs, ...change } };
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
const settings = () => readFile(join(root, `Pulumi.${own.stack}.yaml`), "utf8");

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

test("--accept writes what settings can say, and nothing that a preview does not bear out", async () => {
  const { code, out } = await own.rung("drift", "--accept", "--json");
  const { written, refused } = JSON.parse(out);
  expect(code).toBe(2);
  expect(written).toContainEqual(expect.objectContaining({ key: "rung:budgetUsd", to: "900" }));
  expect(await settings()).toContain("rung:budgetUsd: 900");
  expect(refused.map(({ name }: { name: string }) => name)).toContain("database");
  const { found } = await drift();
  const still = found.stacks[0].changes.map(({ name }: { name: string }) => name);
  expect(still).toEqual(["database"]);
});

test("--revert brings the rest back", async () => {
  const { code, out, err } = await own.rung("drift", "--revert");
  expect(code, out + err).toBe(0);
  const instance = (await own.held()).find(({ type }) => type === "aws:rds/instance:Instance");
  expect(instance?.outputs).toMatchObject({ deletionProtection: true, backupRetentionPeriod: 7 });
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
