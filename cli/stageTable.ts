import type { Blueprint } from "../components/model/blueprint.ts";
import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { inWords } from "../components/model/duration.ts";
import type { Spec } from "../components/model/spec.ts";
import { sizes } from "../components/model/words.ts";
import { type Stage, stages } from "../components/stages.ts";
import { usd } from "./plan.ts";

/**
 * Every stage in one Markdown table: what a month costs at each size, what the app and the database are, and how they
 * come back. `+ ?` where a part's price is not known to us; `-` where the stage does not carry the size.
 */
export function stageTable(spec: Spec): string {
  const head = ["stage", ...sizes, "app", "database", "recovery, small"];
  const rows = (Object.entries(stages) as [string, Stage][]).map(([name, stage]) => {
    const plans = sizes.map((size) => planOf(stage, spec, size));
    const first = plans.find((plan) => plan !== undefined);
    return [
      `\`${name}\``,
      ...plans.map((plan) => (plan ? usd(plan.price) : "-")),
      first?.capabilities.app?.product ?? "-",
      first?.capabilities.database?.product ?? "-",
      first?.promise
        ? `${inWords(first.promise.rtoMinutes)}, losing ${inWords(first.promise.rpoMinutes)}`
        : "-",
    ];
  });
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map((_, index) => (index > 0 && index <= sizes.length ? "---:" : "---"))),
    ...rows.map(line),
  ].join("\n");
}

function planOf(stage: Stage, spec: Spec, size: (typeof sizes)[number]): Blueprint | undefined {
  try {
    return stage.blueprint(spec, size, {});
  } catch (error) {
    if (error instanceof DiagnosticsError) return undefined;
    throw error;
  }
}
