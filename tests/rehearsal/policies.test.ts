import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../engine/paths.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { makeWorkspace } from "../../operations/rehearse/workspace.ts";

const pack = join(root, "policies");

async function preview(program?: string) {
  const workspace = await makeWorkspace(await ensureToolchain(), program ? { program } : {});
  try {
    await workspace.settle(rehearsalSettings("aws-ecs", "large"));
    return await workspace.run("preview", { policyPacks: [pack] });
  } finally {
    await workspace.remove();
  }
}

test("the pack judges a stage of ours on the real engine, and nothing that stops an update is found", async () => {
  const { code, violations, diagnostics } = await preview();
  const stopping = violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory");
  expect(stopping.map(({ policyName, resourceUrn }) => `${policyName} ${resourceUrn}`)).toEqual([]);
  expect(code, JSON.stringify(diagnostics)).toBe(0);
  // The buckets of logs and of the away page: neither keeps versions, AWS's log writer takes no customer key.
  expect([...new Set(violations.map(({ policyName }) => policyName))].toSorted()).toEqual([
    "s3-encryption-named",
    "s3-versioning-on",
  ]);
});

test("what a rule forbids stops the preview, by the rule's name", async () => {
  const { code, violations } = await preview(join(root, "tests", "rehearsal", "programs", "openDatabase.ts"));
  expect(code).not.toBe(0);
  const stopping = violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory");
  expect(stopping.map(({ policyName }) => policyName)).toEqual(
    expect.arrayContaining(["rds-not-public", "rds-encrypted", "ec2-no-open-ports"]),
  );
});
