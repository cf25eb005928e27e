import { rules, stackRules } from "../policies/rules/index.ts";
import { policyTable, policyText } from "./render/policy.ts";

/**
 * Prints every rule of the policy pack: what must be, how severe it is, which controls it is a check of. `--json` is a
 * list of `{id, must, why, mend, severity, controls, types}`; `--md` a table.
 */
export async function policy(options: { readonly json?: boolean; readonly md?: boolean }): Promise<number> {
  const all = [...stackRules.map((rule) => ({ ...rule, types: [] })), ...rules];
  const told = all.map(({ id, must, why, mend, severity, controls, types }) => ({
    id,
    must,
    why,
    mend,
    severity,
    controls,
    types,
  }));
  const text = options.json ? JSON.stringify(told, null, 2) : options.md ? policyTable() : policyText();
  process.stdout.write(`${text}\n`);
  return 0;
}
