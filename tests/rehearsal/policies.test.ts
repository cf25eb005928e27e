import { join } from "node:path";
import { expect, test } from "vitest";
import type { Size } from "../../components/model/words.ts";
import { root } from "../../engine/paths.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { type HostedStage, rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { makeWorkspace } from "../../operations/rehearse/workspace.ts";

const pack = join(root, "policies");

async function preview(stage: HostedStage, size: Size, program?: string) {
  const workspace = await makeWorkspace(await ensureToolchain(), program ? { program } : {});
  try {
    await workspace.settle(rehearsalSettings(stage, size));
    return await workspace.run("preview", { policyPacks: [pack] });
  } finally {
    await workspace.remove();
  }
}

test.each([
  ["aws-ecs", "large"],
  ["aws-eks", "medium"],
] as const)(
  "the pack judges %s on the real engine, and nothing that stops an update is found",
  async (stage, size) => {
    const { code, violations, diagnostics } = await preview(stage, size);
    const stopping = violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory");
    expect(stopping.map(({ policyName, resourceUrn }) => `${policyName} ${resourceUrn}`)).toEqual([]);
    expect(code, JSON.stringify(diagnostics)).toBe(0);
    // The buckets of logs and of the away page: neither keeps versions, AWS's log writer takes no customer key.
    expect([...new Set(violations.map(({ policyName }) => policyName))].toSorted()).toEqual([
      "s3-encryption-named",
      "s3-versioning-on",
    ]);
  },
);

test("what a rule forbids stops the preview, by the rule's name", async () => {
  const { code, violations } = await preview(
    "aws-ecs",
    "large",
    join(root, "tests", "rehearsal", "programs", "openDatabase.ts"),
  );
  expect(code).not.toBe(0);
  const stopping = violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory");
  expect(stopping.map(({ policyName }) => policyName)).toEqual(
    expect.arrayContaining(["rds-not-public", "rds-encrypted", "ec2-no-open-ports"]),
  );
});
