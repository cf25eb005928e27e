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
const keys = (
  more: Partial<Limits>,
  others: readonly Money[],
  monthly: Money,
  budget: Money = {},
  unpriced: readonly string[] = [],
) =>
  inTheWay(
    { file: "Pulumi.pr.yaml", limits: { ...limits, ...more } },
    others.map((one, index) => ({ stack: `pr-${index}`, monthly: one, unpriced: [] })),
    { stack: "pr-9", monthly, budget, unpriced },
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

test("a part without a price is refused until the template says what it counts as", () => {
  const parts = ["server cx33", "volume"];
  expect(keys({}, [], {}, {}, parts)).toEqual(["config.preview:unpricedUsd"]);
  expect(keys({ unpricedUsd: 0 }, [], {}, {}, parts)).toEqual([]);
  const [refused] = inTheWay(
    { file: "Pulumi.pr.yaml", limits },
    [{ stack: "pr-8", monthly: {}, unpriced: ["volume"] }],
    {
      ...{ stack: "pr-9", monthly: {}, budget: {}, unpriced: ["server cx33"] },
    },
  );
  expect(refused?.found).toBe("pr-9: server cx33, pr-8: volume");
});

test("what a part without a price counts as is held to every cap on cost", () => {
  const parts = ["server cx33", "volume"];
  expect(keys({ unpricedUsd: 30 }, [{ USD: 10 }], { USD: 130 }, {}, parts)).toEqual([]);
  expect(keys({ unpricedUsd: 30 }, [{ USD: 11 }], { USD: 130 }, {}, parts)).toEqual([
    "config.preview:maxMonthlyUsd",
  ]);
  expect(keys({ unpricedUsd: 30 }, [], {}, { USD: 50 }, parts)).toEqual(["config.rung:budgetUsd"]);
});
