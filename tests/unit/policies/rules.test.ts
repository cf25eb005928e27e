import { describe, expect, test } from "vitest";
import { type Exception, excused } from "../../../policies/exceptions.ts";
import { judge, type Props, type Rule, type Subject } from "../../../policies/model.ts";
import { rules, stackRules } from "../../../policies/rules/index.ts";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const subject = (rule: Rule, props: Props): Subject => ({
  type: rule.types[0] ?? "",
  name: "it",
  urn: `urn:pulumi:prod::rung::${rule.types[0]}::it`,
  props,
  protect: true,
});

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (_id, rule) => {
  test("lets pass what is right", () => {
    for (const props of rule.good)
      expect(judge(rule, subject(rule, props)), JSON.stringify(props)).toEqual({ state: "holds" });
  });
  test("finds what is wrong", () => {
    for (const props of rule.bad) {
      const verdict = judge(rule, subject(rule, props));
      expect(verdict.state, JSON.stringify(props)).toBe("broken");
    }
  });
  test("has something to find, and says what to do", () => {
    expect(rule.bad.length).toBeGreaterThan(0);
    expect(rule.types.length).toBeGreaterThan(0);
    for (const words of [rule.must, rule.why, rule.mend]) expect(words).toMatch(/^\S.*[^.\s]$/);
  });
});

test.each(stackRules.map((rule) => [rule.id, rule] as const))(
  "%s judges resources by each other",
  (_id, rule) => {
    for (const all of rule.good) expect(rule.checkAll(all)).toEqual([]);
    for (const all of rule.bad) expect(rule.checkAll(all).length).toBeGreaterThan(0);
  },
);

test("ids are of one kind, and each is of one rule", () => {
  const ids = [...rules, ...stackRules].map(({ id }) => id);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(new Set(ids).size).toBe(ids.length);
});

test("what is not known before it is made is neither right nor wrong", () => {
  const rule = rules.find(({ id }) => id === "rds-encrypted");
  if (!rule) throw new Error("rds-encrypted is gone");
  expect(judge(rule, subject(rule, { storageEncrypted: unknown }))).toEqual({
    state: "unknown",
    path: "storageEncrypted",
  });
  const policy = rules.find(({ id }) => id === "iam-no-full-rights");
  if (!policy) throw new Error("iam-no-full-rights is gone");
  expect(judge(policy, subject(policy, { policy: `{"a":"${unknown}"}` }))).toEqual({
    state: "unknown",
    path: "policy",
  });
});

test("an exception holds to its last day, for its rule and resource alone", () => {
  const exception: Exception = {
    rule: "r",
    resource: "aws:s3/bucket:Bucket::logs",
    reason: "why",
    owner: "ops",
    until: "2026-11-30",
  };
  const urn = "urn:pulumi:prod::rung::aws:s3/bucket:Bucket::logs";
  expect(excused([exception], "r", urn, "2026-11-30").state).toBe("excused");
  expect(excused([exception], "r", urn, "2026-12-01").state).toBe("ended");
  expect(excused([exception], "r", urn.replace("logs", "data"), "2026-11-01").state).toBe("none");
  expect(excused([exception], "s", urn, "2026-11-01").state).toBe("none");
  const wide = { ...exception, resource: "aws:s3/bucket:Bucket::*logs" };
  expect(excused([wide], "r", urn.replace("logs", "eu-west-1-logs"), "2026-11-01").state).toBe("excused");
  expect(excused([wide], "r", urn.replace("logs", "logs-not"), "2026-11-01").state).toBe("none");
});
