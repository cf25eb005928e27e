import type { Blueprint } from "../components/model/blueprint.ts";
import { type Diagnostic, DiagnosticsError } from "../components/model/diagnostics.ts";
import type { Platform } from "../components/model/platform.ts";
import type { Spec } from "../components/model/spec.ts";
import { type Size, type StageName, sizes } from "../components/model/words.ts";
import { type Stage, stages } from "../components/stages.ts";

/** A stage's plan, or why it has none at this size, and what would do instead. */
export type Planned =
  | { readonly stage: StageName; readonly blueprint: Blueprint }
  | {
      readonly stage: StageName;
      readonly cannot: readonly Diagnostic[];
      /** The sizes that this stage carries. */
      readonly sizes: readonly Size[];
      /** The stages that carry this size. */
      readonly stages: readonly StageName[];
    };

/** The stages that are there, in the order of the closed list. */
export const stageList = Object.entries(stages) as readonly (readonly [StageName, Stage])[];

/** Every stage's plan for one spec and size. Pure: no engine, no network. */
export function planEvery(spec: Spec, size: Size, platform: Platform): Planned[] {
  const outcomes = stageList.map(([stage, made]) => ({
    stage,
    made,
    plan: attempt(made, spec, size, platform),
  }));
  const carriers = outcomes.flatMap(({ stage, plan }) => (isPlan(plan) ? stage : []));
  return outcomes.map(({ stage, made, plan }) =>
    isPlan(plan)
      ? { stage, blueprint: plan }
      : { stage, cannot: plan, sizes: carriedBy(made, spec, platform), stages: carriers },
  );
}

/** The sizes that a stage carries for a spec. */
export const carriedBy = (stage: Stage, spec: Spec, platform: Platform): Size[] =>
  sizes.filter((size) => isPlan(attempt(stage, spec, size, platform)));

/** The plan, or what is wrong with asking for it. */
export function attempt(
  stage: Stage,
  spec: Spec,
  size: Size,
  platform: Platform,
): Blueprint | readonly Diagnostic[] {
  try {
    return stage.blueprint(spec, size, platform);
  } catch (error) {
    if (error instanceof DiagnosticsError) return error.diagnostics;
    throw error;
  }
}

export const isPlan = (plan: Blueprint | readonly Diagnostic[]): plan is Blueprint => "capabilities" in plan;
