import type { Rule, Severity, StackRule } from "../../policies/model.ts";
import { wrap } from "./text.ts";

const severities: readonly Severity[] = ["critical", "high", "medium", "low"];
const bySeverity = (all: readonly (Rule | StackRule)[]) =>
  severities
    .map((severity) => ({
      severity,
      found: all.filter((one) => one.severity === severity).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    }))
    .filter(({ found }) => found.length > 0);

/** Rules as a Markdown table, worst first. */
export const policyTable = (all: readonly (Rule | StackRule)[]): string =>
  [
    "| rule | must be | severity | controls |",
    "| --- | --- | --- | --- |",
    ...bySeverity(all).flatMap(({ severity, found }) =>
      found.map(({ id, must, controls }) => `| \`${id}\` | ${must} | ${severity} | ${controls.join(", ")} |`),
    ),
  ].join("\n");

/** The same for a terminal. */
export const policyText = (all: readonly (Rule | StackRule)[]): string =>
  bySeverity(all)
    .flatMap(({ severity, found }) => [
      `${severity} (${found.length})`,
      ...found.flatMap(({ id, must }) => [`  ${id}`, wrap(must, "      ")]),
      "",
    ])
    .join("\n")
    .trimEnd();
