import type { Size, StageName } from "../components/model/words.ts";
import { planEvery } from "../operations/plans.ts";
import { loadTarget } from "../operations/target.ts";
import { planMarkdown, sizeTable, stageTable } from "./render/planMarkdown.ts";
import { planText } from "./render/planText.ts";

export interface PlanOptions {
  readonly stack: string;
  readonly stage?: StageName;
  readonly size?: Size;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly md?: boolean;
}

/**
 * Prints the blueprint: pure, no engine and no network.
 * @returns 0, or 2 when `--all` finds a stage that cannot carry the spec
 * @throws DiagnosticsError when the one stage asked for cannot
 */
export async function plan(options: PlanOptions): Promise<number> {
  const { context, plan: blueprint } = await loadTarget(options.stack, options);
  const { spec, size, platform } = context;
  const planned = options.all
    ? planEvery(spec, size, platform)
    : [{ stage: blueprint.stage, blueprint } as const];
  if (options.json) {
    process.stdout.write(`${JSON.stringify(options.all ? planned : blueprint, null, 2)}\n`);
  } else {
    const parts = planned.map(options.md ? planMarkdown : planText);
    // the table alone is what the README holds, and what a stage's page does
    if (options.md) parts.unshift(options.all ? stageTable(spec) : sizeTable(spec, blueprint.stage));
    process.stdout.write(`${parts.join("\n\n")}\n`);
  }
  return planned.some((p) => "cannot" in p) ? 2 : 0;
}
