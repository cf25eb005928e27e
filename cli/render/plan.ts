import type { Blueprint, CapabilityPlan, RecoveryPromise } from "../../components/model/blueprint.ts";
import { inWords } from "../../components/model/duration.ts";
import type { PricePart } from "../../components/model/price.ts";
import { type Capability, capabilities } from "../../components/model/words.ts";

/** A blueprint's capabilities in the order in which data needs them. */
export const plansOf = (blueprint: Blueprint): (readonly [Capability, CapabilityPlan])[] =>
  capabilities.flatMap((name) => {
    const found = blueprint.capabilities[name];
    return found ? [[name, found] as const] : [];
  });

const dollars = (value: number): string => `$${Number.isInteger(value) ? value : value.toFixed(2)}`;

/** `$0`, `$213.40`, `$213.40 + ?` where a part's price is not known, `?` where none is. */
export function usd({ monthlyUsd, unknown }: Blueprint["price"]): string {
  if (unknown.length === 0) return dollars(monthlyUsd);
  return monthlyUsd === 0 ? "?" : `${dollars(monthlyUsd)} + ?`;
}

/** `730 hour at $0.016: $11.68`; what is not known reads `?`. */
export function sum({ quantity, unit, unitUsd }: PricePart): string {
  const asked = `${Math.round(quantity * 100) / 100} ${unit}`;
  return unitUsd === undefined
    ? `${asked} at ?`
    : `${asked} at $${unitUsd}: ${dollars(Math.round(quantity * unitUsd * 100) / 100)}`;
}

export const source = (part: PricePart): string => `${part.source}, ${part.date}`;

/** `within 1 h, losing at most 5 min, kept 7 days`. */
export const inTime = ({ rtoMinutes, rpoMinutes, retentionDays }: RecoveryPromise): string =>
  `within ${inWords(rtoMinutes)}, losing at most ${inWords(rpoMinutes)}; kept ${retentionDays} days`;

export const promised = ({ promise }: Blueprint): string =>
  promise ? `Recovery ${inTime(promise)}.` : "No database, so no recovery to promise.";

/** What each capability promises; those that promise the same stand together. */
export function promisesOf(blueprint: Blueprint): { readonly names: string; readonly text: string }[] {
  const alike = new Map<string, string[]>();
  for (const [name, { promise }] of plansOf(blueprint)) {
    if (!promise) continue;
    const text = `${inTime(promise)}, by ${promise.by}`;
    alike.set(text, [...(alike.get(text) ?? []), name]);
  }
  return [...alike].map(([text, names]) => ({ names: names.join(", "), text }));
}
