import type { PackName } from "../../components/model/packNames.ts";

/** How a clause is held. A part that a tool checks leaves the rest to people: `and`. */
export type Held =
  | { readonly by: "rules"; readonly rules: readonly string[]; readonly and?: string }
  | { readonly by: "people"; readonly show: string }
  | { readonly by: "nothing"; readonly because: string };

/** One clause of a law or standard, in our words. */
export type Clause = Held & {
  /** As the source numbers it. */
  readonly id: string;
  readonly asks: string;
};

/** A law or standard, clause by clause. What is not named here is not looked at: see `covers`. */
export interface CompliancePack {
  readonly name: PackName;
  readonly title: string;
  readonly source: string;
  /** Which part of the source is here. */
  readonly covers: string;
  readonly clauses: readonly Clause[];
}

/** @param and what people show besides */
export const checked = (id: string, asks: string, rules: readonly string[], and?: string): Clause => ({
  id,
  asks,
  by: "rules",
  rules,
  ...(and && { and }),
});
export const attested = (id: string, asks: string, show: string): Clause => ({
  id,
  asks,
  by: "people",
  show,
});
export const beyond = (id: string, asks: string, because: string): Clause => ({
  id,
  asks,
  by: "nothing",
  because,
});
