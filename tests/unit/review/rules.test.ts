import { expect, test } from "vitest";
import { judge } from "../../../review/model.ts";
import type { Difference } from "../../../review/read/differences.ts";
import type { Step } from "../../../review/read/steps.ts";
import { repositoryFindings } from "../../../review/repository.ts";
import { judgeStep } from "../../../review/rules/index.ts";
import { lowestTls } from "../../../review/rules/tls.ts";

const step = (more: Partial<Step>): Step => ({
  urn: "urn:pulumi:prod::rung::x:y:Z::thing",
  type: "x:y:Z",
  name: "thing",
  capability: "other",
  operation: "update",
  differences: [],
  before: {},
  after: {},
  outputs: {},
  protectedBefore: false,
  protectedAfter: false,
  retained: false,
  deletesFirst: false,
  reason: undefined,
  ...more,
});
const differs = (path: string, from: unknown, to: unknown, more: Partial<Difference> = {}): Difference => ({
  path,
  from,
  to,
  replaces: false,
  secret: false,
  ...more,
});
const verdict = (one: Step) => judge(judgeStep(one, { steps: [one], cacheKeeps: false }));

test("what no rule knows is never SAFE: an update, a replacement, a deletion, a change without a property", () => {
  expect(verdict(step({ differences: [differs("anything", 1, 2)] }))).toBe("REVIEW");
  expect(
    verdict(step({ operation: "replace", differences: [differs("anything", 1, 2, { replaces: true })] })),
  ).toBe("REVIEW");
  expect(verdict(step({ operation: "delete" }))).toBe("REVIEW");
  expect(verdict(step({}))).toBe("REVIEW");
});

test("a tag is nobody's question, wherever", () => {
  expect(verdict(step({ differences: [differs("tags.owner", "a", "b")] }))).toBe("SAFE");
  expect(
    verdict(step({ type: "aws:wafv2/webAcl:WebAcl", differences: [differs("tags.owner", "a", "b")] })),
  ).toBe("SAFE");
});

test("an empty rolling log of a bucket is no store of data; a bucket is", () => {
  const bucket = (name: string) => step({ type: "aws:s3/bucket:Bucket", name, operation: "delete" });
  expect(verdict(bucket("uploads"))).toBe("BLOCK");
  expect(verdict(bucket("logs"))).toBe("REVIEW");
});

test("a read replica is no store; its primary is", () => {
  const instance = (before: Record<string, unknown>) =>
    step({ type: "aws:rds/instance:Instance", operation: "delete", before });
  expect(verdict(instance({}))).toBe("BLOCK");
  expect(verdict(instance({ replicateSourceDb: "primary" }))).toBe("REVIEW");
});

test.each([
  ["a port of the app", { rules: [{ direction: "in", port: "22", sourceIps: ["0.0.0.0/0"] }] }, "BLOCK"],
  ["HTTPS", { rules: [{ direction: "in", port: "443", sourceIps: ["0.0.0.0/0"] }] }, "REVIEW"],
  ["one office", { rules: [{ direction: "in", port: "22", sourceIps: ["203.0.113.0/24"] }] }, "REVIEW"],
  ["nobody new", { rules: [] }, "SAFE"],
])("a firewall that opens %s", (_, after, expected) => {
  const differences = [differs("rules", [], after.rules)];
  expect(
    verdict(step({ type: "hcloud:index/firewall:Firewall", before: { rules: [] }, after, differences })),
  ).toBe(expected);
});

test.each([
  [{ Effect: "Allow", Action: "*", Resource: "*" }, "BLOCK"],
  [{ Effect: "Allow", Action: "s3:*", Resource: "*" }, "BLOCK"],
  [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" }, "BLOCK"],
  [{ Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::b/*" }, "REVIEW"],
])("a policy that also says %j: %s", (statement, expected) => {
  const policy = (statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const first = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };
  const [before, after] = [{ policy: policy([first]) }, { policy: policy([first, statement]) }];
  const differences = [differs("policy.Statement[1]", undefined, statement)];
  expect(verdict(step({ type: "aws:iam/rolePolicy:RolePolicy", before, after, differences }))).toBe(expected);
});

test.each([
  ["ELBSecurityPolicy-2016-08", 1.0],
  ["ELBSecurityPolicy-TLS13-1-2-2021-06", 1.2],
  ["ELBSecurityPolicy-TLS13-1-3-2021-06", 1.3],
  ["TLSv1.2_2021", 1.2],
  ["TLSv1_2016", 1.0],
  ["1.2", 1.2],
  ["1.0", 1.0],
  ["something", undefined],
])("%s lets in TLS %s", (text, version) => expect(lowestTls(text)).toBe(version));

test.each([
  ["drop table events;", "data loss"],
  ["alter table events drop column note;", "data loss"],
  ["create index on events (at);", "downtime"],
])("a migration that says %s is told", (sql, rank) => {
  const added = ["-- migrate:up", sql, "-- migrate:down", "drop table other;"];
  const found = repositoryFindings([
    { file: "migrations/schema/2.sql", before: 0, after: 1, removed: [], added },
  ]);
  expect(found.map((one) => one.rank)).toEqual([rank]);
});

test("a migration that only adds says nothing, and its way back neither", () => {
  const added = [
    "-- migrate:up",
    "create table notes (id bigint primary key);",
    "-- migrate:down",
    "drop table notes;",
  ];
  expect(
    repositoryFindings([{ file: "migrations/schema/3.sql", before: 0, after: 1, removed: [], added }]),
  ).toEqual([]);
});

test("another version of a provider is told, and that it was not asked", () => {
  const [found] = repositoryFindings([
    {
      file: "package.json",
      before: 20,
      after: 20,
      removed: ['    "@pulumi/aws": "7.48.0",'],
      added: ['    "@pulumi/aws": "8.0.0",'],
    },
  ]);
  expect(found).toMatchObject({ rule: "provider-version", severity: "review" });
  expect(found?.what).toMatch(/7\.48\.0 → 8\.0\.0, a major version/);
});
