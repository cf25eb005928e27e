import type { Blueprint, CapabilityPlan } from "../components/model/blueprint.ts";
import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { inWords } from "../components/model/duration.ts";
import { capabilities, monthlyUsers, type Size, type StageName } from "../components/model/words.ts";
import { type Stage, stages } from "../components/stages.ts";
import { loadTarget, type Target } from "../operations/target.ts";
import { columns, paint, wrap } from "./render/text.ts";
import { stageTable } from "./stageTable.ts";

export interface PlanOptions {
  readonly stack: string;
  readonly stage?: StageName;
  readonly size?: Size;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly md?: boolean;
}

/** A stage's plan, or why it cannot carry the spec. */
type Planned =
  | { readonly stage: string; readonly blueprint: Blueprint }
  | { readonly stage: string; readonly cannot: DiagnosticsError["diagnostics"] };

/**
 * Prints the blueprint: pure, no engine and no network.
 * @returns 0, or 2 when `--all` finds a stage that cannot carry the spec
 * @throws DiagnosticsError when the one stage asked for cannot
 */
export async function plan(options: PlanOptions): Promise<number> {
  const target = await loadTarget(options.stack, options);
  const planned: Planned[] = options.all
    ? planAll(target)
    : [{ stage: target.plan.stage, blueprint: target.plan }];
  if (options.json) process.stdout.write(`${JSON.stringify(options.all ? planned : target.plan, null, 2)}\n`);
  else {
    const parts = planned.map(options.md ? markdown : text);
    if (options.all && options.md) parts.unshift(stageTable(target.context.spec));
    process.stdout.write(`${parts.join("\n\n")}\n`);
  }
  return planned.some((p) => "cannot" in p) ? 2 : 0;
}

function planAll({ context }: Target): Planned[] {
  return (Object.entries(stages) as [string, Stage][]).map(([stage, { blueprint }]) => {
    try {
      return { stage, blueprint: blueprint(context.spec, context.size, context.platform) };
    } catch (error) {
      if (error instanceof DiagnosticsError) return { stage, cannot: error.diagnostics };
      throw error;
    }
  });
}

const plansOf = (blueprint: Blueprint): [string, CapabilityPlan][] =>
  capabilities.flatMap((name) => {
    const found = blueprint.capabilities[name];
    return found ? [[name, found] as [string, CapabilityPlan]] : [];
  });

/** `$0`, `$213.40`, or `$213.40 + ?` where a part's price is not known. */
export function usd({ monthlyUsd, unknown }: Blueprint["price"]): string {
  const known = `$${Number.isInteger(monthlyUsd) ? monthlyUsd : monthlyUsd.toFixed(2)}`;
  return unknown.length > 0 ? `${known} + ?` : known;
}

function text(planned: Planned): string {
  if ("cannot" in planned) {
    return `${paint("bold", planned.stage)}\n${planned.cannot.map((d) => wrap(`cannot: ${d.what}`, "  ", "    ")).join("\n")}`;
  }
  const { blueprint } = planned;
  const head = `${blueprint.app} on ${blueprint.stage}, ${blueprint.size} (${monthlyUsers[blueprint.size]})`;
  const table = columns([
    ["CAPABILITY", "A MONTH", "N", "PRODUCT"],
    ...plansOf(blueprint).map(([name, p]) => [
      name,
      usd(p.price),
      String(p.count),
      `${p.product}, ${p.class}`,
    ]),
  ]);
  const lines = [
    paint("bold", head),
    "",
    table,
    "",
    wrap(`${usd(blueprint.price)} a month. ${promised(blueprint)}`),
  ];
  const limits = plansOf(blueprint).flatMap(([name, p]) =>
    p.limits.map((l) => [name, l.what, `${l.value}${l.unit ? ` ${l.unit}` : ""}`]),
  );
  if (limits.length > 0) lines.push("", paint("bold", "Limits"), columns(limits));
  if (blueprint.losses.length > 0) {
    lines.push("", paint("bold", "Lost against the spec"));
    for (const loss of blueprint.losses) {
      lines.push(wrap(`${loss.capability}: ${loss.what}`, "  ", "    "));
      if (loss.instead) lines.push(wrap(`instead: ${loss.instead}`, "    ", "      "));
    }
  }
  if (blueprint.price.unknown.length > 0)
    lines.push("", wrap(`Price not known: ${blueprint.price.unknown.join(", ")}`));
  return lines.join("\n");
}

function promised({ promise }: Blueprint): string {
  if (!promise) return "No database, so no recovery to promise.";
  const { rtoMinutes, rpoMinutes, retentionDays } = promise;
  return `Recovery within ${inWords(rtoMinutes)}, losing at most ${inWords(rpoMinutes)}; kept ${retentionDays} days.`;
}

function markdown(planned: Planned): string {
  if ("cannot" in planned) {
    return [`## ${planned.stage}`, "", ...planned.cannot.map((d) => `- cannot: ${cell(d.what)}`)].join("\n");
  }
  const { blueprint } = planned;
  const rows = plansOf(blueprint).map(
    ([name, p]) =>
      `| ${name} | ${cell(p.product)} | ${cell(p.class)} | ${p.count} | ${cell(p.region)} | ${usd(p.price)} |`,
  );
  return [
    `## ${blueprint.stage}, ${blueprint.size}: ${usd(blueprint.price)} a month`,
    "",
    "| capability | product | class | n | region | a month |",
    "| --- | --- | --- | ---: | --- | ---: |",
    ...rows,
    "",
    promised(blueprint),
    ...(blueprint.losses.length > 0 ? ["", "Lost against the spec:", ""] : []),
    ...blueprint.losses.map(
      (l) => `- ${l.capability}: ${cell(l.what)}${l.instead ? ` (instead: ${cell(l.instead)})` : ""}`,
    ),
  ].join("\n");
}

const cell = (value: string): string => value.replaceAll("|", "\\|").replaceAll("\n", " ");
