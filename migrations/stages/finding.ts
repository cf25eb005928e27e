/** Something that a move meets. */
export interface Finding {
  /** `blocks`: it cannot begin; `attention`: a person decides; `note`: what Rung does by itself. */
  readonly level: "blocks" | "attention" | "note";
  readonly what: string;
  readonly mend: string;
}

export interface PlanOptions {
  readonly schemas: readonly string[];
  readonly wayBack: boolean;
  readonly identityFull: readonly string[];
  /** Whether objects move too. */
  readonly objects?: boolean;
}

/** The first of them, and how many more. */
export const some = (all: readonly string[]): string =>
  all.length <= 5 ? all.join(", ") : `${all.slice(0, 5).join(", ")} and ${all.length - 5} more`;

/** A finding, where it is met. */
export const when = (met: boolean, level: Finding["level"], what: string, mend: string): Finding[] =>
  met ? [{ level, what, mend }] : [];

const order: readonly Finding["level"][] = ["blocks", "attention", "note"];
export const worstFirst = (all: readonly Finding[]): Finding[] =>
  all.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
