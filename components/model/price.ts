/** A line of a bill. `unitUsd` undefined: the price is not known to us, and is never guessed. */
export interface PricePart {
  readonly what: string;
  /** How many units a month. */
  readonly quantity: number;
  readonly unit: string;
  readonly unitUsd: number | undefined;
  /** Where the figure is from, and when it was read (YYYY-MM or YYYY-MM-DD). */
  readonly source: string;
  readonly date: string;
}

export interface Price {
  /** US dollars a month of all parts whose price is known. */
  readonly monthlyUsd: number;
  readonly parts: readonly PricePart[];
  /** What the sum leaves out because its price is not known. */
  readonly unknown: readonly string[];
}

export function price(parts: readonly PricePart[]): Price {
  const known = parts.filter((p) => p.unitUsd !== undefined);
  return {
    monthlyUsd: round(known.reduce((sum, p) => sum + p.quantity * (p.unitUsd ?? 0), 0)),
    parts,
    unknown: parts.filter((p) => p.unitUsd === undefined).map((p) => p.what),
  };
}

export const free: Price = price([]);

export function total(prices: readonly Price[]): Price {
  return price(prices.flatMap((p) => p.parts));
}

// A declaration, not a constant: `free` above needs it while this module loads.
function round(usd: number): number {
  return Math.round(usd * 100) / 100;
}
