import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { complianceTables } from "../../../cli/render/compliance.ts";
import { type Declared, declaredOf } from "../../../components/model/compliance.ts";
import { packNames } from "../../../components/model/packNames.ts";
import { platformSchema } from "../../../components/model/platform.ts";
import { defineSpec } from "../../../components/model/spec.ts";
import { stageNamed } from "../../../components/stages.ts";
import { root } from "../../../engine/paths.ts";
import { compliancePacks, judgePack, rulesOf } from "../../../policies/compliance/index.ts";
import type { Subject } from "../../../policies/model.ts";
import { rules, stackRules } from "../../../policies/rules/index.ts";

const ids = new Set([...rules, ...stackRules].map(({ id }) => id));

test.each(packNames)("%s: each clause once, each checked by rules that there are", (name) => {
  const { clauses } = compliancePacks[name];
  const numbers = clauses.map(({ id }) => id);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const clause of clauses) {
    if (clause.by !== "rules") continue;
    expect(clause.rules.length, clause.id).toBeGreaterThan(0);
    expect(
      clause.rules.filter((id) => !ids.has(id)),
      clause.id,
    ).toEqual([]);
  }
  expect(rulesOf(compliancePacks[name]).size).toBeGreaterThan(0);
});

const subject = (type: string, props: Subject["props"]): Subject => ({
  type,
  name: "it",
  urn: `urn:pulumi:prod::rung::${type}::it`,
  props,
  protect: true,
});
const spec = defineSpec({ name: "pulse", database: {}, residency: ["eu"], compliance: ["hipaa"] });
const platform = platformSchema.parse({ region: "eu-central-1" });
const declared = (more: Partial<Parameters<typeof declaredOf>[2]> = {}): Declared =>
  declaredOf(spec, stageNamed("aws-ecs").blueprint(spec, "medium", platform), {
    compliance: [],
    ceiling: {},
    ...more,
  });
const stage = (said: Declared): Subject => subject("rung:aws-ecs:Stage", { ...said });

test("spec and settings together say what a stack is held to, and the strictest demand is the one asked", () => {
  const found = declared({ compliance: ["pci-dss", "hipaa"] });
  expect(found.compliance).toEqual(["hipaa", "pci-dss"]);
  expect(found.asked).toMatchObject({ rtoMinutes: 60, rpoMinutes: 15, retentionDays: 30, logDays: 365 });
  expect(found.places).toContainEqual({ capability: "database", region: "eu-central-1", law: "eu" });
});

test("a rule that only warns stops a stack that is held to a pack, and names the clause", () => {
  const soft = subject("aws:lb/loadBalancer:LoadBalancer", { loadBalancerType: "application" });
  const found = judgePack(compliancePacks.hipaa, [stage(declared()), soft]);
  expect(found).toContainEqual(
    expect.objectContaining({
      state: "broken",
      urn: soft.urn,
      clauses: expect.arrayContaining(["164.312(b)"]),
    }),
  );
  expect(judgePack(compliancePacks.soc2, [stage(declared()), soft])).toEqual([]);
});

test("what is not known before it is made is told by the pack, not passed", () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const instance = subject("aws:rds/instance:Instance", { storageEncrypted: unknown });
  expect(judgePack(compliancePacks.hipaa, [stage(declared()), instance])).toContainEqual(
    expect.objectContaining({ state: "unknown", what: "storageEncrypted is not known before it is made" }),
  );
});

test("docs/compliance.md holds every clause (rung policy --pack NAME --md)", () => {
  const page = readFileSync(join(root, "docs", "compliance.md"), "utf8");
  const between = /<!-- compliance -->\n([\s\S]*?)\n<!-- \/compliance -->/.exec(page)?.[1];
  expect(between).toBe(complianceTables());
});
