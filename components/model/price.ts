import type { Currency, Money } from "./money.ts";

/** What a vendor asks for a unit, as it was read. */
export interface Rate {
  /** undefined: not known to us, and never guessed. */
  readonly each: number | undefined;
  readonly currency: Currency;
  readonly unit: string;
  /** Where this is the price; `all` where a vendor has one for everywhere. */
  readonly region: string;
  /** Of these, so many a month are not charged for. */
  readonly included?: number;
  /** Where the figure is from: an https address. */
  readonly source: string;
  /** Of the source, or when it was read (YYYY-MM or YYYY-MM-DD). */
  readonly date: string;
}

/** A line of a bill. */
export interface PricePart extends Rate {
  readonly what: string;
  /** Units a month that are charged for. */
  readonly quantity: number;
}

export interface Price {
  /** A month of all parts whose price is known, by currency. */
  readonly monthly: Money;
  readonly parts: readonly PricePart[];
  /** What the sum leaves out because its price is not known. */
  readonly unknown: readonly string[];
}

/** Hours of a month as vendors count them: 365 days of 24 hours, by 12. */
const hours = 730;

/** A line for so many units a month, less what is included. */
export function part(what: string, rate: Rate, units: number): PricePart {
  const { included = 0 } = rate;
  return {
    ...rate,
    what: included > 0 ? `${what}, beyond ${included.toLocaleString("en")} included` : what,
    quantity: Math.round(Math.max(0, units - included) * 1e6) / 1e6,
  };
}

/** A line for what runs all month and is billed by the hour. */
export const running = (what: string, rate: Rate, count: number): PricePart =>
  part(what, rate, count * hours);

/** A line for what is billed by use: the use that is assumed stands in its words. @param of what is counted, e.g. GB */
export const atUse = (what: string, rate: Rate, use: number, of: string): PricePart =>
  part(`${what}, at ${use.toLocaleString("en")} ${of} a month`, rate, use);

export function price(parts: readonly PricePart[]): Price {
  return {
    monthly: monthlyOf(parts),
    parts,
    unknown: parts.filter(({ each }) => each === undefined).map(({ what }) => what),
  };
}

export const free: Price = price([]);

export function total(prices: readonly Price[]): Price {
  return price(prices.flatMap((p) => p.parts));
}

/** What a line costs; undefined where its price is not known. */
export function costOf({ each, quantity }: Pick<PricePart, "each" | "quantity">): number | undefined {
  return each === undefined ? undefined : round(each * quantity);
}

// Declarations, not constants: `free` above needs them while this module loads.
function monthlyOf(parts: readonly PricePart[]): Money {
  const sums: Partial<Record<Currency, number>> = {};
  // Line by line to the cent, as a bill is: what is printed adds up to what is printed under it.
  for (const one of parts) sums[one.currency] = (sums[one.currency] ?? 0) + (costOf(one) ?? 0);
  return Object.fromEntries(
    Object.entries(sums).flatMap(([currency, sum]) => (round(sum) === 0 ? [] : [[currency, round(sum)]])),
  );
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}
