import { expect, test } from "vitest";
import type { Money } from "../../../components/model/money.ts";
import { costFinding } from "../../../review/findings.ts";
import type { Cause } from "../../../review/model.ts";

const cause: Cause = { kind: "settings", file: "Pulumi.prod.yaml", line: 1, change: "", via: [] };
const found = (before: Money, after: Money, budgets: readonly [Money, Money] = [{}, {}]) =>
  costFinding(
    { before, after, lines: [{ capability: "app", before, after }], unknown: [], noLongerKnown: [] },
    cause,
    budgets,
  ).map(({ rule, severity, what }) => ({ rule, severity, what }));

test("euros and dollars grow each by themselves", () => {
  expect(found({ EUR: 11.83, USD: 3.6 }, { EUR: 162, USD: 4.95 })).toEqual([
    {
      rule: "cost-more",
      severity: "review",
      what: "€11.83 + $3.60 → €162 + $4.95 a month: app +€150.17 +$1.35",
    },
  ]);
  expect(found({ EUR: 10 }, { EUR: 9 })).toMatchObject([{ rule: "cost-less", severity: "note" }]);
  expect(found({ EUR: 10 }, { EUR: 10 })).toEqual([]);
});

test("less of one and more of the other is more: no sum of both is made", () => {
  expect(found({ EUR: 100 }, { USD: 90 })).toMatchObject([{ rule: "cost-more", severity: "review" }]);
});

test("a budget in dollars holds no euros, and says so once", () => {
  const budget = { USD: 100 };
  expect(found({ USD: 10 }, { EUR: 900 }, [budget, budget]).map(({ rule }) => rule)).toEqual([
    "cost-more",
    "budget-not-comparable",
  ]);
  expect(found({ EUR: 900 }, { EUR: 900 }, [budget, budget])).toEqual([]);
  expect(found({ USD: 90 }, { USD: 101 }, [budget, budget]).map(({ rule }) => rule)).toEqual([
    "cost-more",
    "over-budget",
  ]);
});
