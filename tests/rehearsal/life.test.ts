import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { Life } from "../../operations/rehearse/life.ts";
import { makeWorkspace, type Workspace } from "../../operations/rehearse/workspace.ts";

/** The rehearsal itself, on the real engine, with a small program of its own. */
let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace(await ensureToolchain(), {
    program: join(import.meta.dirname, "programs", "network.ts"),
  });
});
afterEach(() => workspace.remove());

const config = {
  "aws:region": "eu-central-1",
  "rung:size": "small",
  "rung:password": "correct-horse-battery",
};
const life = (after: Record<string, string>, more: Record<string, string> = {}) =>
  new Life(
    { name: "test", before: { ...config, ...more }, after: { ...config, ...more, ...after } },
    workspace,
    {},
    () => {},
  );

test("a whole life: made, quiet, changed as expected, refreshed, gone", async () => {
  const steps = await life({ "rung:size": "medium" }).live();
  expect(steps.flatMap(({ step, problems }) => problems.map((problem) => `${step}: ${problem}`))).toEqual([]);
  expect(steps.map(({ step, counts }) => [step, counts])).toEqual([
    ["up", { create: 7, update: 0, replace: 0, delete: 0, same: 0 }],
    ["preview again", { create: 0, update: 0, replace: 0, delete: 0, same: 7 }],
    ["resize", { create: 0, update: 1, replace: 0, delete: 0, same: 6 }],
    ["refresh", { create: 0, update: 0, replace: 0, delete: 0, same: 7 }],
    ["destroy", { create: 0, update: 0, replace: 0, delete: 7, same: 0 }],
  ]);
  expect(steps[2]?.changes).toEqual([
    {
      type: "aws:rds/instance:Instance",
      name: "database",
      operation: "update",
      paths: ["instanceClass"],
      replacedBy: [],
    },
  ]);
});

test("a change of size that changes nothing is a problem", async () => {
  const steps = await life({}).live();
  expect(steps.find(({ step }) => step === "resize")?.problems).toEqual([
    "the change of settings changed nothing",
  ]);
});

test("an unknown input ends the life at once, by name, and leaves nothing", async () => {
  const steps = await life({ "rung:size": "medium" }, { "rung:typo": "true" }).live();
  expect(steps.map(({ step }) => step)).toEqual(["up", "destroy"]);
  expect(steps[0]?.problems.join("\n")).toMatch(
    /no input "ingress\[0\]\.cidrBlock"; did you mean "cidrBlocks"/,
  );
  expect(steps[1]?.problems).toEqual([]);
});

test("what the vendor refuses to delete is said to be left behind", async () => {
  const steps = await life({ "rung:size": "medium" }, { "rung:deletionProtection": "true" }).live();
  const problems = steps.at(-1)?.problems.join("\n");
  expect(problems).toContain("deletionProtection is on");
  expect(problems).toContain("left behind: aws-rds-instance at the vendor");
});
