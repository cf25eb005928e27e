import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import spec from "../../../app/spec.ts";
import { monthText, plansOf, sum } from "../../../cli/render/plan.ts";
import { planMarkdown } from "../../../cli/render/planMarkdown.ts";
import { planText } from "../../../cli/render/planText.ts";
import { type PricePart, price } from "../../../components/model/price.ts";
import { sizes } from "../../../components/model/words.ts";
import { type Planned, planEvery, stageList } from "../../../operations/plans.ts";

const every = sizes.flatMap((size) => planEvery(spec, size, {}));

test.each(every)("the plan of $stage fits 80 columns and says all that the blueprint holds", (planned) => {
  const text = stripVTControlCharacters(planText(planned));
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  if ("cannot" in planned) return expect(text).toContain("sizes it carries: ");
  const { blueprint } = planned;
  // Where a line breaks is not the matter, and an address may break in its middle.
  const letters = (of: string) => of.replaceAll(/\s/g, "");
  const words = letters(text);
  const markdown = planMarkdown(planned);
  for (const [name, plan] of plansOf(blueprint)) {
    const { promise } = plan;
    const said = [
      name,
      plan.product,
      plan.class,
      plan.region,
      monthText(plan.price),
      ...(promise ? [promise.by] : []),
    ];
    for (const limit of plan.limits) said.push(limit.what, String(limit.value));
    for (const part of plan.price.parts) said.push(part.what, part.source, part.date, sum(part));
    for (const one of said) {
      expect(words, name).toContain(letters(one));
      expect(markdown, name).toContain(one.replaceAll("|", "\\|"));
    }
  }
  for (const { what, instead = "" } of blueprint.losses) {
    expect(words).toContain(letters(what));
    expect(words).toContain(letters(instead));
  }
});

test("a stage that carries no such size names its own sizes and the stages that do", () => {
  const planned: Planned = {
    stage: "cloudflare-edge",
    cannot: [{ what: "D1 holds 10 GB", where: { file: "app/spec.ts" } }],
    sizes: ["small", "medium"],
    stages: ["aws-ecs", "aws-eks"],
  };
  for (const text of [planText(planned), planMarkdown(planned)]) {
    expect(text).toContain("D1 holds 10 GB");
    expect(text).toContain("sizes it carries: small, medium");
    expect(text).toContain("stages that carry this: aws-ecs, aws-eks");
  }
});

test("what cannot be carried is found out by asking: every stage of every size is planned or refused", () => {
  expect(every).toHaveLength(stageList.length * sizes.length);
  for (const planned of every) {
    if ("cannot" in planned) expect(planned.stages).not.toContain(planned.stage);
    else expect(planned.blueprint.stage).toBe(planned.stage);
  }
});

test("an unknown price is said, never guessed", () => {
  const rate = { each: 0.016, currency: "USD", unit: "hour", region: "us-east-1" } as const;
  const known: PricePart = {
    ...rate,
    what: "a",
    quantity: 730,
    source: "https://x.example",
    date: "2026-06",
  };
  const unknown = { ...known, what: "b", each: undefined };
  const euro: PricePart = { ...known, what: "c", quantity: 2, each: 8.49, currency: "EUR" };
  expect(sum(known)).toBe("730 hour at $0.016: $11.68");
  expect(sum(unknown)).toBe("730 hour at ?");
  expect(monthText(price([known, unknown]))).toBe("$11.68 + ?");
  expect(monthText(price([known]))).toBe("$11.68");
  expect(monthText(price([unknown]))).toBe("?");
  expect(monthText(price([]))).toBe("$0");
  expect(monthText(price([known, euro, unknown])), "never one into the other").toBe("€16.98 + $11.68 + ?");
});
