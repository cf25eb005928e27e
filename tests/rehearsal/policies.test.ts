import { join } from "node:path";
import { expect, test } from "vitest";
import type { Size } from "../../components/model/words.ts";
import { root } from "../../engine/paths.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { type HostedStage, rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { makeWorkspace } from "../../operations/rehearse/workspace.ts";
import { judgedBefore, policiesOf } from "../../review/policies.ts";
import { Graph } from "../../review/read/graph.ts";
import { previewed } from "../../review/rehearsed.ts";

const pack = join(root, "policies");

interface Asked {
  readonly program?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly packs?: readonly string[];
}

async function preview(
  stage: HostedStage,
  size: Size,
  { program, settings = {}, packs = [pack] }: Asked = {},
) {
  const workspace = await makeWorkspace(await ensureToolchain(), program ? { program } : {});
  try {
    await workspace.settle({ ...rehearsalSettings(stage, size), ...settings });
    const file = join(workspace.folder, "plan.json");
    const ran = await workspace.run("preview", { policyPacks: packs, args: ["--save-plan", file] });
    return { ...ran, ...(await previewed(ran, ran.events, file)) };
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
    // The buckets of logs and of the away page: AWS's log writer takes no customer key. Reads of S3 are not logged.
    const found = violations.map(({ policyName }) => policyName);
    expect([...new Set(found)].toSorted()).toEqual(["s3-access-logs", "s3-encryption-named"]);
  },
);

test("what a rule forbids stops the preview, by the rule's name", async () => {
  const { code, violations } = await preview("aws-ecs", "large", {
    program: join(root, "tests", "rehearsal", "programs", "openDatabase.ts"),
  });
  expect(code).not.toBe(0);
  const stopping = violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory");
  expect(stopping.map(({ policyName }) => policyName)).toEqual(
    expect.arrayContaining(["rds-not-public", "rds-encrypted", "ec2-no-open-ports"]),
  );
});

test("a review reads from the engine's events what the pack says in a process of its own", async () => {
  const settings = { "rung:compliance": '["hipaa"]', "rung:ceilingUsd": "10" };
  const [bare, { violations }] = await Promise.all([
    preview("aws-ecs", "small", { settings, packs: [] }),
    preview("aws-ecs", "small", { settings }),
  ]);
  const nobody = new Graph([]);
  const read = policiesOf(await judgedBefore(nobody), nobody, bare);
  // The SDK puts a policy's description before each message.
  expect(read.map((one) => [one.level, one.policy, one.resource, one.message]).toSorted()).toEqual(
    violations
      .map(({ enforcementLevel, policyName, resourceUrn, message }) => [
        enforcementLevel,
        policyName,
        resourceUrn?.split("::").at(-1),
        message.trim().split("\n").slice(1).join("\n").trim(),
      ])
      .toSorted(),
  );
  expect(read.length).toBeGreaterThan(5);
});

const heldTo = (...names: readonly string[]) => ({ "rung:compliance": JSON.stringify(names) });
const stopping = ({ violations }: Awaited<ReturnType<typeof preview>>) =>
  violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory");

test("a stack that is held to laws and standards, and keeps them, goes through", async () => {
  const found = await preview("aws-ecs", "large", { settings: heldTo("hipaa", "pci-dss", "soc2") });
  expect(stopping(found).map(({ policyName, message }) => `${policyName}: ${message}`)).toEqual([]);
  expect(found.code).toBe(0);
});

test("a size with one zone is not enough for HIPAA: the clause is named; without it nothing stops", async () => {
  const held = await preview("aws-ecs", "small", { settings: heldTo("hipaa") });
  expect(held.code).not.toBe(0);
  const messages = stopping(held).map(({ policyName, message }) => `${policyName}: ${message}`);
  expect(messages.join("\n")).toContain("164.308(a)(7)(ii)(C)");
  const free = await preview("aws-ecs", "small");
  expect(stopping(free)).toEqual([]);
});

test("a stack over its ceiling, and data outside of where it may be, are refused", async () => {
  const found = await preview("aws-ecs", "medium", {
    settings: { "rung:ceilingUsd": "10", ...heldTo("gdpr") },
  });
  expect(found.code).not.toBe(0);
  expect(stopping(found).map(({ policyName }) => policyName)).toEqual(
    expect.arrayContaining(["cost-under-ceiling", "residency-said"]),
  );
});
