import type { PackName } from "../../components/model/packNames.ts";
import { judge, type Rule, type StackRule, type Subject } from "../model.ts";
import { stageTypes } from "../rules/declared.ts";
import { rules, stackRules } from "../rules/index.ts";
import type { CompliancePack } from "./clause.ts";
import { ferpaCoppa } from "./ferpaCoppa.ts";
import { gdpr } from "./gdpr.ts";
import { hipaa } from "./hipaa.ts";
import { automotive, insurance, legal, logistics } from "./industries.ts";
import { pciDss } from "./pciDss.ts";
import { soc2 } from "./soc2.ts";

export const compliancePacks: Readonly<Record<PackName, CompliancePack>> = {
  hipaa,
  "pci-dss": pciDss,
  soc2,
  gdpr,
  "ferpa-coppa": ferpaCoppa,
  automotive,
  logistics,
  insurance,
  legal,
};

const byId = new Map<string, Rule>(rules.map((rule) => [rule.id, rule]));
const stackById = new Map<string, StackRule>(stackRules.map((rule) => [rule.id, rule]));

/** The rules that a pack makes mandatory, each with the clauses that it is a check of. */
export function rulesOf(pack: CompliancePack): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const clause of pack.clauses) {
    if (clause.by !== "rules") continue;
    for (const id of clause.rules) found.set(id, [...(found.get(id) ?? []), clause.id]);
  }
  return found;
}

/** Whether a stack's own word holds it to the pack. */
export const isHeldTo = (pack: CompliancePack, all: readonly Subject[]): boolean =>
  all.some(({ type, props }) => {
    const names = stageTypes.includes(type) ? props.compliance : undefined;
    return Array.isArray(names) && names.includes(pack.name);
  });

/** What is wrong with a resource by a pack, or not known yet. */
export interface PackFinding {
  readonly rule: Rule | StackRule;
  readonly clauses: readonly string[];
  readonly urn: string;
  readonly state: "broken" | "unknown";
  readonly what: string;
}

/** What stands between a stack's resources and a pack: nothing where the stack is not held to it. */
export function judgePack(pack: CompliancePack, all: readonly Subject[]): PackFinding[] {
  if (!isHeldTo(pack, all)) return [];
  const byType = Map.groupBy(all, ({ type }) => type);
  return [...rulesOf(pack)].flatMap(([id, clauses]): PackFinding[] => {
    const ofStack = stackById.get(id);
    if (ofStack)
      return ofStack
        .checkAll(all)
        .map((found) => ({ rule: ofStack, clauses, state: "broken" as const, ...found }));
    const rule = byId.get(id);
    return (rule?.types ?? []).flatMap((type) =>
      (byType.get(type) ?? []).flatMap((subject) => {
        const verdict = rule && judge(rule, subject);
        if (!rule || !verdict || verdict.state === "holds") return [];
        const what =
          verdict.state === "broken" ? verdict.what : `${verdict.path} is not known before it is made`;
        return [{ rule, clauses, urn: subject.urn, state: verdict.state, what }];
      }),
    );
  });
}
