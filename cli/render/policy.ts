import type { Severity } from "../../policies/model.ts";
import { rules, stackRules } from "../../policies/rules/index.ts";
import { wrap } from "./text.ts";

const severities: readonly Severity[] = ["critical", "high", "medium", "low"];
const all = [...stackRules, ...rules];
const bySeverity = severities.map((severity) => ({
  severity,
  found: all.filter((one) => one.severity === severity).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
}));

/** Every rule as a Markdown table, worst first. */
export const policyTable = (): string =>
  [
    "| rule | must be | severity | controls |",
    "| --- | --- | --- | --- |",
    ...bySeverity.flatMap(({ severity, found }) =>
      found.map(({ id, must, controls }) => `| \`${id}\` | ${must} | ${severity} | ${controls.join(", ")} |`),
    ),
  ].join("\n");

/** The same for a terminal. */
export const policyText = (): string =>
  bySeverity
    .flatMap(({ severity, found }) => [
      `${severity} (${found.length})`,
      ...found.flatMap(({ id, must }) => [`  ${id}`, wrap(must, "      ")]),
      "",
    ])
    .join("\n")
    .trimEnd();
