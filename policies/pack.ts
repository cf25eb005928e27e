import type { CompliancePack } from "./compliance/clause.ts";
import type { excused } from "./exceptions.ts";
import type { Rule, Severity, StackRule } from "./model.ts";

export const packName = "rung";

/** What stops an update; the rest is told. */
const stopping: ReadonlySet<Severity> = new Set(["critical", "high"]);

export type Level = "mandatory" | "advisory";

export const levelOf = (severity: Severity): Level => (stopping.has(severity) ? "mandatory" : "advisory");

/** What a rule says of itself, in one sentence. */
export const descriptionOf = ({ must, why }: Rule | StackRule): string => `${must}: else ${why}`;

/**
 * The name of the one policy that holds every law and standard: for a stack that is held to one, each of its rules stops
 * an update, whatever its severity.
 */
export const compliance = "compliance";

/** What that policy says of itself. */
export const aboutCompliance = "What a tool can check of the laws and standards that the stack is held to";

/** Which clauses a rule is a check of; stands before what it says. */
export const clausesText = ({ title }: CompliancePack, clauses: readonly string[]): string =>
  `${title} ${clauses.join(", ")}: `;

/** What a rule says of what breaks it. @param found what the exceptions know of it */
export const messageOf = (
  what: string,
  { mend }: Rule | StackRule,
  found: ReturnType<typeof excused>,
): string => `${what}; ${mend}${ended(found)}`;

const ended = (found: ReturnType<typeof excused>): string =>
  found.state === "ended"
    ? `; the exception that ${found.exception.owner} asked for ended on ${found.exception.until}`
    : "";
