import type { Rank, Severity } from "../model.ts";
import type { Difference } from "../read/differences.ts";
import { unknownMark } from "../read/differences.ts";
import type { Step } from "../read/steps.ts";

/** What a rule has to say of one resource. */
export interface Judgement {
  readonly rank: Rank;
  readonly severity: Severity;
  readonly rule: string;
  readonly what: string;
  readonly instead: string;
  /** The properties it speaks of; empty: the resource as a whole. */
  readonly paths: readonly string[];
}

/** What rules are told besides the step itself. */
export interface Surroundings {
  readonly steps: readonly Step[];
  /** The cache is asked to keep what it holds: `cache.policy: keep`. */
  readonly cacheKeeps: boolean;
}

export type Said = Omit<Judgement, "paths">;

/** Judges one property that differs. `undefined`: it is harmless. */
export type JudgeProperty = (difference: Difference, step: Step) => Said | undefined;

/** What a change of a property of a type means. The first row that fits decides. */
export interface PropertyRule {
  readonly type: RegExp;
  readonly path: RegExp;
  readonly judge: JudgeProperty;
}

export const rule = (type: RegExp, path: RegExp, judge: JudgeProperty): PropertyRule => ({
  type,
  path,
  judge,
});

type Words = readonly [rule: string, what: string, instead: string];

const said =
  (rank: Rank, severity: Severity) =>
  ([rule, what, instead]: Words): Said => ({ rank, severity, rule, what, instead });

export const loses = { block: said("data loss", "block"), review: said("data loss", "review") };
export const stops = {
  block: said("downtime", "block"),
  review: said("downtime", "review"),
  note: said("downtime", "note"),
};
export const exposes = {
  block: said("exposure", "block"),
  review: said("exposure", "review"),
  note: said("exposure", "note"),
};
export const rests = { review: said("rest", "review"), note: said("rest", "note") };

export const restarts = (what: string): Said =>
  stops.review(["restart", `${what}: it restarts`, "do it when there is little traffic"]);

export const harmless: JudgeProperty = () => undefined;

/** Always the same, whatever the values. */
export const always =
  (one: Said): JudgeProperty =>
  () =>
    one;

/** Says it when a number falls; more is harmless. What cannot be read is said too. */
export const whenLess =
  (one: Said): JudgeProperty =>
  ({ from, to }) => {
    const [before, after] = [Number(from), Number(to)];
    return Number.isFinite(before) && Number.isFinite(after) && after >= before ? undefined : one;
  };

/** Says it when a switch goes off, or is no longer said. */
export const whenOff =
  (one: Said): JudgeProperty =>
  ({ to }) =>
    to === true || to === "true" || to === "on" ? undefined : one;

/** Says it when a switch goes on, or is not known. */
export const whenOn =
  (one: Said): JudgeProperty =>
  ({ to }) =>
    to === false || to === "false" || to === undefined ? undefined : one;

export const isUnknown = (value: unknown): boolean =>
  value === unknownMark || (typeof value === "string" && value.includes(unknownMark));

/** `17.4` → 17; undefined when it begins with no number. */
export const majorOf = (version: unknown): number | undefined => {
  const [major] =
    /\d+/.exec(
      String(version ?? "")
        .split(":")
        .at(-1) ?? "",
    ) ?? [];
  return major === undefined ? undefined : Number(major);
};
