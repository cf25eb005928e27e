/** What vendors bill in. */
export const currencies = ["EUR", "USD"] as const;
export type Currency = (typeof currencies)[number];

/** Sums by currency, to the cent. Never converted: a rate of exchange is somebody's promise, and not ours. */
export type Money = Readonly<Partial<Record<Currency, number>>>;

const signs: Readonly<Record<Currency, string>> = { USD: "$", EUR: "€" };
export const currencyNames: Readonly<Record<Currency, string>> = { USD: "dollars", EUR: "euros" };

/** `$12`, `€12.30`. */
export const amountText = (amount: number, currency: Currency): string =>
  `${amount < 0 ? "-" : ""}${signs[currency]}${inFigures(Math.abs(amount))}`;

const inFigures = (amount: number) => (Number.isInteger(amount) ? String(amount) : amount.toFixed(2));

/** `€12.30 + $1.65`; nothing at all is `$0`. */
export const moneyText = (money: Money): string =>
  amountsOf(money)
    .map(([currency, amount]) => amountText(amount, currency))
    .join(" + ") || "$0";

/** The currencies in which there is anything, each with its amount. */
export const amountsOf = (money: Money): (readonly [Currency, number])[] =>
  currencies.flatMap((currency) => {
    const amount = cents(money[currency] ?? 0);
    return amount === 0 ? [] : [[currency, amount] as const];
  });

export const sumOf = (all: readonly Money[]): Money =>
  of((c) => all.reduce((sum, m) => sum + (m[c] ?? 0), 0));

/** What is more in the second than in the first; less is negative. */
export const difference = (from: Money, to: Money): Money => of((c) => (to[c] ?? 0) - (from[c] ?? 0));

/** `+$47.50`, `-€3.10 +$2`; `0` where nothing differs. */
export const moreText = (from: Money, to: Money): string =>
  amountsOf(difference(from, to))
    .map(([currency, more]) => `${more > 0 ? "+" : ""}${amountText(more, currency)}`)
    .join(" ") || "0";

/** What of it is over its limit, where there is one in the same currency. */
export const over = (money: Money, limit: Money): Money =>
  of((c) => (limit[c] === undefined ? 0 : Math.max(0, (money[c] ?? 0) - limit[c])));

/** What no limit is said for, once there is any limit: it cannot be compared with one in another currency. */
export const notLimited = (money: Money, limit: Money): Money =>
  Object.keys(limit).length === 0 ? {} : of((c) => (limit[c] === undefined ? (money[c] ?? 0) : 0));

export const isNothing = (money: Money): boolean => amountsOf(money).length === 0;

function of(amount: (currency: Currency) => number): Money {
  const entries = currencies.map((currency) => [currency, cents(amount(currency))] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== 0));
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
