import { expect, test } from "vitest";
import type { EngineEvent, StepMetadata } from "../../../engine/pulumi.ts";
import { readEvents } from "../../../review/read/steps.ts";
import { secretsIn } from "../../../review/rehearsed.ts";
import { hunksIn } from "../../../review/trees.ts";

const urn = "urn:pulumi:prod::rung::aws:rds/instance:Instance::database";
const state = (inputs: Record<string, unknown>, more = {}) => ({
  type: "aws:rds/instance:Instance",
  urn,
  id: "db-1",
  parent: "",
  inputs,
  outputs: {},
  ...more,
});
const event = (metadata: Partial<StepMetadata>): EngineEvent => ({
  sequence: 1,
  timestamp: 1,
  resourcePreEvent: { metadata: { op: "update", urn, type: "aws:rds/instance:Instance", ...metadata } },
});
const only = (metadata: Partial<StepMetadata>) => readEvents([event(metadata)]).steps[0];

test("a property that holds JSON is taken apart to what differs in it", () => {
  const policy = (action: string) =>
    JSON.stringify({ Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
  const step = only({
    detailedDiff: { policy: { diffKind: "update", inputDiff: true } },
    old: state({ policy: policy("s3:GetObject") }),
    new: state({ policy: policy("s3:*") }),
  });
  expect(step?.differences).toEqual([
    { path: "policy.Statement[0].Action", from: "s3:GetObject", to: "s3:*", replaces: false, secret: false },
  ]);
});

test("of a list, what went and what came", () => {
  const step = only({
    diffs: ["envs"],
    old: state({ envs: ["A=1", "B=2"] }),
    new: state({ envs: ["A=1", "B=3"] }),
  });
  expect(step?.differences).toMatchObject([{ path: "envs", from: ["B=2"], to: ["B=3"] }]);
});

test("a secret that alone differs is a reason, although both sides look the same", () => {
  const step = only({
    detailedDiff: { password: { diffKind: "update", inputDiff: true } },
    old: state({ password: "[secret]" }),
    new: state({ password: "[secret]" }),
  });
  expect(step?.differences).toMatchObject([{ path: "password", secret: true }]);
  expect(step?.reason).toBe("only the value of a secret differs");
});

test("a provider that names no property: what differs in the inputs is found all the same", () => {
  const step = only({ old: state({ allocatedStorage: 20 }), new: state({ allocatedStorage: 10 }) });
  expect(step?.differences).toMatchObject([{ path: "allocatedStorage", from: 20, to: 10 }]);
});

test("a provider that names no property where nothing differs: that is said", () => {
  const step = only({ old: state({ a: 1 }), new: state({ a: 1 }) });
  expect(step?.differences).toEqual([]);
  expect(step?.reason).toMatch(/names no property/);
});

test("what an alias renamed is known, and no step", () => {
  const before = urn.replace("::database", "::primary");
  const read = readEvents([event({ op: "same", old: state({}, { urn: before }), new: state({}) })]);
  expect(read.steps).toEqual([]);
  expect(read.renamed).toMatchObject([{ from: before, to: { name: "database" } }]);
});

test("the halves of a replacement are one step, and which comes first is known", () => {
  const replace = (ops: string[]) =>
    readEvents(ops.map((op) => event({ op, old: state({}), new: state({}) }))).steps;
  expect(replace(["create-replacement", "replace", "delete-replaced"])).toMatchObject([
    { operation: "replace", deletesFirst: false },
  ]);
  expect(replace(["delete-replaced", "replace", "create-replacement"])).toMatchObject([
    { operation: "replace", deletesFirst: true },
  ]);
});

test("policy results come out of the events", () => {
  const read = readEvents([
    {
      sequence: 1,
      timestamp: 1,
      policyEvent: {
        resourceUrn: urn,
        message: "must be encrypted",
        policyName: "encrypted",
        policyPackName: "baseline",
        policyPackVersion: "1.0.0",
        enforcementLevel: "mandatory",
      },
    },
  ]);
  expect(read.policies).toEqual([
    {
      pack: "baseline",
      policy: "encrypted",
      level: "mandatory",
      severity: undefined,
      resource: "database",
      urn,
      message: "must be encrypted",
      known: false,
    },
  ]);
});

test("a diff is read with its lines on both sides, new files and gone ones too", () => {
  const diff = [
    "diff --git a/tmp/base/app/spec.ts b/tmp/head/app/spec.ts",
    "--- a/tmp/base/app/spec.ts",
    "+++ b/tmp/head/app/spec.ts",
    "@@ -7 +7,2 @@",
    "-old",
    "+new",
    "+more",
    "--- /dev/null",
    "+++ b/tmp/head/components/x.ts",
    "@@ -0,0 +1 @@",
    "+first",
  ].join("\n");
  expect(hunksIn(diff, ["/tmp/base", "/tmp/head"])).toEqual([
    { file: "app/spec.ts", before: 7, after: 7, removed: ["old"], added: ["new", "more"] },
    { file: "components/x.ts", before: 0, after: 1, removed: [], added: ["first"] },
  ]);
});

test("secrets are found in an export however deep, and in what they hold", () => {
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
  });
  expect(
    secretsIn({ a: [{ b: secret({ user: "app", password: "battery-staple" }) }], c: secret("horse") }),
  ).toEqual(["app", "battery-staple", "horse"]);
});
