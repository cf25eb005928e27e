import type { PackName } from "../components/model/packNames.ts";
import { compliancePacks } from "../policies/compliance/index.ts";
import type { Rule, StackRule } from "../policies/model.ts";
import { rulePacks, rules, stackRules } from "../policies/rules/index.ts";
import { complianceTable, complianceText } from "./render/compliance.ts";
import { policyTable, policyText } from "./render/policy.ts";

interface PolicyOptions {
  readonly json?: boolean;
  readonly md?: boolean;
  readonly pack?: keyof typeof rulePacks | PackName;
}

/**
 * Prints every rule of the policy pack, or those of one: what must be, how severe it is, which controls it is a check
 * of. `--json` is a list of `{id, must, why, mend, severity, controls, types}`; `--md` a table. A law or standard is
 * printed clause by clause: `--json` is `{name, title, source, covers, clauses}`.
 */
export async function policy({ json, md, pack }: PolicyOptions): Promise<number> {
  process.stdout.write(`${told(json ? "json" : md ? "md" : "text", pack)}\n`);
  return 0;
}

type Form = "json" | "md" | "text";

function told(form: Form, pack: PolicyOptions["pack"]): string {
  if (pack === undefined) return ofRules(form, [...stackRules, ...rules]);
  if (isRulePack(pack)) return ofRules(form, rulePacks[pack]);
  const found = compliancePacks[pack];
  if (form === "json") return JSON.stringify(found, null, 2);
  return form === "md" ? complianceTable(found) : complianceText(found);
}

const isRulePack = (name: string): name is keyof typeof rulePacks => name in rulePacks;

function ofRules(form: Form, all: readonly (Rule | StackRule)[]): string {
  if (form === "md") return policyTable(all);
  if (form === "text") return policyText(all);
  const data = all.map((rule) => {
    const { id, must, why, mend, severity, controls } = rule;
    return { id, must, why, mend, severity, controls, types: "types" in rule ? rule.types : [] };
  });
  return JSON.stringify(data, null, 2);
}
