import { expect, test } from "vitest";
import {
  amountText,
  isNothing,
  type Money,
  moneyText,
  moreText,
  notLimited,
  over,
  sumOf,
} from "../../../components/model/money.ts";

test("sums are by currency, to the cent", () => {
  expect(sumOf([{ USD: 0.1 }, { USD: 0.2, EUR: 3 }, {}])).toEqual({ USD: 0.3, EUR: 3 });
  expect(sumOf([{ USD: 1 }, { USD: -1 }])).toEqual({});
});

test.each<[Money, string]>([
  [{}, "$0"],
  [{ USD: 12 }, "$12"],
  [{ USD: 1.5, EUR: 12.3 }, "€12.30 + $1.50"],
  [{ USD: -10 }, "-$10"],
])("%j reads %s", (money, text) => {
  expect(moneyText(money)).toBe(text);
});

test("a difference says which currency got dearer, and which cheaper", () => {
  expect(moreText({ USD: 10, EUR: 5 }, { USD: 12.5, EUR: 1 })).toBe("-€4 +$2.50");
  expect(moreText({ USD: 10 }, { USD: 10 })).toBe("0");
  expect(amountText(-0.5, "EUR")).toBe("-€0.50");
});

test("a limit holds in its own currency alone, and what it cannot hold is told", () => {
  const limit = { USD: 100 };
  expect(over({ USD: 120, EUR: 900 }, limit)).toEqual({ USD: 20 });
  expect(notLimited({ USD: 120, EUR: 900 }, limit)).toEqual({ EUR: 900 });
  expect(isNothing(notLimited({ EUR: 900 }, {})), "without any limit nothing is asked").toBe(true);
  expect(isNothing(notLimited({ USD: 1 }, { USD: 100, EUR: 50 }))).toBe(true);
});
