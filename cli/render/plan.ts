import type { Blueprint, CapabilityPlan, RecoveryPromise } from "../../components/model/blueprint.ts";
import { inWords } from "../../components/model/duration.ts";
import { amountText, isNothing, moneyText } from "../../components/model/money.ts";
import { costOf, type PricePart } from "../../components/model/price.ts";
import { type Capability, capabilities } from "../../components/model/words.ts";

/** A blueprint's capabilities in the order in which data needs them. */
export const plansOf = (blueprint: Blueprint): (readonly [Capability, CapabilityPlan])[] =>
  capabilities.flatMap((name) => {
    const found = blueprint.capabilities[name];
    return found ? [[name, found] as const] : [];
  });

/** `$0`, `€12.30 + $1.65`, `$213.40 + ?` where a part's price is not known, `?` where none is. */
export function monthText({ monthly, unknown }: Blueprint["price"]): string {
  if (unknown.length === 0) return moneyText(monthly);
  return isNothing(monthly) ? "?" : `${moneyText(monthly)} + ?`;
}

/** `730 hour at $0.016: $11.68`; what is not known reads `?`. */
export function sum(part: PricePart): string {
  const { quantity, unit, each, currency } = part;
  const asked = `${Math.round(quantity * 100) / 100} ${unit}`;
  const cost = costOf(part);
  return each === undefined || cost === undefined
    ? `${asked} at ?`
    : `${asked} at ${unitText(each, currency)}: ${amountText(cost, currency)}`;
}

/** A price of a unit as the vendor writes it, with all of its digits. */
const unitText = (each: number, currency: PricePart["currency"]): string =>
  amountText(0, currency).replace("0", String(Math.round(each * 1e6) / 1e6));

/** `https://…, 2026-09, us-east-1`. */
export const source = ({ source, date, region }: PricePart): string =>
  [source, date, ...(region === "all" ? [] : [region])].join(", ");

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
