import type { Diagnostic } from "../../components/model/diagnostics.ts";
import type { Size } from "../../components/model/words.ts";
import type { HostedStage } from "./settings.ts";

/** One resource that a step changed. */
export interface ResourceChange {
  readonly type: string;
  readonly name: string;
  readonly operation: "create" | "update" | "replace" | "delete";
  /** The inputs that differ, and which of them force a replacement. */
  readonly paths: readonly string[];
  readonly replacedBy: readonly string[];
}

export type Counts = Readonly<Record<ResourceChange["operation"] | "same", number>>;

/** The steps of a life, in their order; the two in the middle where a stage can leave a region for another. */
export const stepNames = [
  "up",
  "preview again",
  "resize",
  "failover",
  "fail back",
  "refresh",
  "destroy",
] as const;
export type StepName = (typeof stepNames)[number];

export interface StepResult {
  readonly step: StepName;
  readonly seconds: number;
  readonly counts: Counts;
  readonly changes: readonly ResourceChange[];
  /** What should not have been; empty when the step went as it must. */
  readonly problems: readonly string[];
}

/** A life that was rehearsed, as data. */
export interface RehearsalResult {
  readonly stage: HostedStage;
  readonly from: Size;
  readonly to: Size;
  readonly ok: boolean;
  readonly seconds: number;
  /** Resources at the first size. */
  readonly resources: number;
  /** By which stand-ins, e.g. `aws 7.48.0`: no account was reached. */
  readonly standIns: readonly string[];
  readonly steps: readonly StepResult[];
}

/** A life, or why the stage could not begin one. */
export type Rehearsed =
  | RehearsalResult
  | { readonly stage: HostedStage; readonly cannot: readonly Diagnostic[] };
