/** `node bench/peers/judge.ts <state.json>`: our rules over what a rehearsal made, in a process of their own. */
import { readFileSync } from "node:fs";
import type { StateResource } from "../../engine/backend.ts";
import { judge } from "../../policies/model.ts";
import { rules, stackRules } from "../../policies/rules/index.ts";

const state = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as StateResource[];
const subjects = state.map(({ urn, type, inputs = {}, protect = false, propertyDependencies }) => ({
  ...{ urn, type, props: inputs, protect, name: urn.split("::").at(-1) ?? "" },
  from: Object.fromEntries(Object.entries(propertyDependencies ?? {}).map(([key, of]) => [key, of ?? []])),
}));
let judged = 0;
let broken = 0;
for (const rule of rules) {
  for (const subject of subjects.filter(({ type }) => rule.types.includes(type))) {
    judged += 1;
    if (judge(rule, subject).state === "broken") broken += 1;
  }
}
for (const rule of stackRules) broken += rule.checkAll(subjects).length;
console.log(`judged: ${judged}, broken: ${broken}`);
