import { expect, test } from "vitest";
import type { Money } from "../../../../components/model/money.ts";
import { inTheWay } from "../../../../operations/previews/caps.ts";
import type { Limits } from "../../../../operations/previews/template.ts";

const limits = {
  idle: "3d",
  maxCount: 3,
  maxMonthlyUsd: 200,
  users: 0,
  until: "2026-01-31",
} satisfies Limits;
const keys = (more: Partial<Limits>, others: readonly Money[], monthly: Money, budget: Money = {}) =>
  inTheWay(
    { file: "Pulumi.pr.yaml", limits: { ...limits, ...more } },
    others.map((one, index) => ({ stack: `pr-${index}`, monthly: one })),
    { stack: "pr-9", monthly, budget },
  ).map(({ where }) => where.key);

test("what fits under the caps is let in", () => {
  expect(keys({}, [{ USD: 90 }], { USD: 100 }, { USD: 100 })).toEqual([]);
  expect(keys({ maxMonthlyEur: 50 }, [{ EUR: 30, USD: 199 }], { EUR: 20 })).toEqual([]);
});

test("dollars are counted with dollars, euros with euros", () => {
  expect(keys({}, [{ USD: 101 }], { USD: 100 })).toEqual(["config.preview:maxMonthlyUsd"]);
  expect(keys({ maxMonthlyEur: 50 }, [{ EUR: 31 }], { EUR: 20 })).toEqual(["config.preview:maxMonthlyEur"]);
  expect(keys({ maxMonthlyEur: 50 }, [{ EUR: 49 }], { USD: 199 })).toEqual([]);
});

test("euros that no cap is set for are not let in unseen", () => {
  expect(keys({}, [], { EUR: 1 })).toEqual(["config.preview:maxMonthlyEur"]);
  expect(keys({ maxMonthlyEur: 50 }, [], { EUR: 1 }, { USD: 5 })).toEqual(["config.rung:budgetUsd"]);
});

test("a budget of one's own, and too many of them", () => {
  expect(keys({}, [], { USD: 6 }, { USD: 5 })).toEqual(["config.rung:budgetUsd"]);
  expect(keys({}, [{}, {}, {}], {})).toEqual(["config.preview:maxCount"]);
});
