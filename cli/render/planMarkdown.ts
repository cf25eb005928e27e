import type { RecoveryPromise } from "../../components/model/blueprint.ts";
import { inWords } from "../../components/model/duration.ts";
import type { Spec } from "../../components/model/spec.ts";
import { type StageName, sizes } from "../../components/model/words.ts";
import { stageNamed } from "../../components/stages.ts";
import { attempt, isPlan, type Planned, stageList } from "../../operations/plans.ts";
import { monthText, plansOf, promised, promisesOf, source, sum } from "./plan.ts";

/** A plan as Markdown, for a page. */
export function planMarkdown(planned: Planned): string {
  if ("cannot" in planned) {
    return [
      `## ${planned.stage}`,
      "",
      ...planned.cannot.map(({ what }) => `- cannot: ${cell(what)}`),
      `- sizes it carries: ${planned.sizes.join(", ") || "none"}`,
      `- stages that carry this: ${planned.stages.join(", ") || "none"}`,
    ].join("\n");
  }
  const { blueprint } = planned;
  const plans = plansOf(blueprint);
  const limits = plans.flatMap(([name, p]) =>
    p.limits.map(({ what, value, unit }) => `- ${name}: ${cell(what)} ${value}${unit ? ` ${unit}` : ""}`),
  );
  const recovery = promisesOf(blueprint).map(({ names, text }) => `- ${names}: ${cell(text)}`);
  const prices = plans.flatMap(([name, { price }]) =>
    price.parts.map((part) => line([name, part.what, sum(part), source(part)])),
  );
  if (prices.length > 0)
    prices.unshift(line(["capability", "part", "a month", "from"]), "| --- | --- | --- | --- |");
  const losses = blueprint.losses.map(
    (l) => `- ${l.capability}: ${cell(l.what)}${l.instead ? ` (instead: ${cell(l.instead)})` : ""}`,
  );
  return [
    `## ${blueprint.stage}, ${blueprint.size}: ${monthText(blueprint.price)} a month`,
    "",
    "| capability | product | class | n | region | a month |",
    "| --- | --- | --- | ---: | --- | ---: |",
    ...plans.map(([name, p]) =>
      line([name, p.product, p.class, String(p.count), p.region, monthText(p.price)]),
    ),
    "",
    promised(blueprint),
    ...section("Limits:", limits),
    ...section("Recovery:", recovery),
    ...section("Lost against the spec:", losses),
    ...section("Price, by its parts; `?` is not known to us, and not in the sum:", prices),
  ].join("\n");
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? ["", title, "", ...lines] : [];

const cell = (value: string): string => value.replaceAll("|", "\\|").replaceAll("\n", " ");
const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

/**
 * Every stage in one Markdown table: what a month costs at each size, what the app and the database are, and how they
 * come back. `+ ?` where a part's price is not known to us; `-` where the stage does not carry the size.
 */
export function stageTable(spec: Spec): string {
  const head = ["stage", ...sizes, "app", "database", "recovery, small"];
  const rows = stageList.map(([name, stage]) => {
    const plans = sizes.map((size) => attempt(stage, spec, size, {}));
    const first = plans.find(isPlan);
    const { app, database } = first?.capabilities ?? {};
    const promise = first?.promise;
    return [
      `\`${name}\``,
      ...plans.map((plan) => (isPlan(plan) ? monthText(plan.price) : "-")),
      app?.product ?? "-",
      database?.product ?? "-",
      recovery(promise),
    ];
  });
  return [
    line(head),
    line(head.map((_, index) => (index > 0 && index <= sizes.length ? "---:" : "---"))),
    ...rows.map(line),
  ].join("\n");
}

/** One stage at every size that it carries, as its page shows it. */
export function sizeTable(spec: Spec, name: StageName): string {
  const rows = sizes.flatMap((size) => {
    const plan = attempt(stageNamed(name), spec, size, {});
    if (!isPlan(plan)) return [];
    const { app, database, cache } = plan.capabilities;
    const held = (one: typeof app) => (one ? `${one.class}${one.count > 1 ? ` × ${one.count}` : ""}` : "-");
    return [[size, monthText(plan.price), held(app), held(database), held(cache), recovery(plan.promise)]];
  });
  const head = ["size", "a month", "app", "database", "cache", "recovery"];
  return [line(head), "| --- | ---: | --- | --- | --- | --- |", ...rows.map(line)].join("\n");
}

const recovery = (promise: RecoveryPromise | undefined): string =>
  promise ? `${inWords(promise.rtoMinutes)}, losing ${inWords(promise.rpoMinutes)}` : "-";
