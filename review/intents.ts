import type { Blueprint, CapabilityPlan } from "../components/model/blueprint.ts";
import { type Capability, capabilities } from "../components/model/words.ts";
import type { Cost, Intent } from "./model.ts";
import type { Source } from "./sources.ts";

type Plans = Readonly<Partial<Record<Capability, CapabilityPlan>>>;

const plansOf = (blueprint: Blueprint | undefined): Plans => (blueprint?.capabilities ?? {}) as Plans;

/**
 * What the change wants, before any resource is named: what a person wrote in spec and settings, then what it means for
 * each capability.
 */
export function intentsOf(
  before: Blueprint | undefined,
  after: Blueprint | undefined,
  sources: readonly Source[],
): Intent[] {
  const written = sources
    .filter(({ kind }) => kind !== "component")
    .map(({ kind, file, line, change }) => ({
      subject: kind,
      change,
      cause: { kind, file, line, change, via: [] },
    }));
  const [old, now] = [plansOf(before), plansOf(after)];
  const cause = (
    written[0] ?? { cause: { kind: "component", file: undefined, line: undefined, change: "", via: [] } }
  ).cause as Intent["cause"];
  const meant = capabilities.flatMap((capability) => {
    const [from, to] = [old[capability], now[capability]];
    if (!before || !after) return [];
    if (from === undefined || to === undefined) {
      if (from === to) return [];
      return [
        { subject: capability, change: from ? `no longer: ${from.product}` : `new: ${to?.product}`, cause },
      ];
    }
    const changes = [
      from.product === to.product ? undefined : `${from.product} → ${to.product}`,
      from.class === to.class ? undefined : `${from.class} → ${to.class}`,
      from.count === to.count ? undefined : `${from.count} → ${to.count} of them`,
      from.region === to.region ? undefined : `${from.region} → ${to.region}`,
    ].filter((one) => one !== undefined);
    return changes.length > 0 ? [{ subject: capability, change: changes.join(", "), cause }] : [];
  });
  return [...written, ...meant];
}

/** What a month costs before and after, by capability. */
export function costOf(before: Blueprint | undefined, after: Blueprint | undefined): Cost {
  const [old, now] = [plansOf(before), plansOf(after)];
  return {
    before: before?.price.monthly,
    after: after?.price.monthly,
    lines: capabilities.flatMap((capability) => {
      const [from, to] = [old[capability]?.price.monthly, now[capability]?.price.monthly];
      return from === undefined && to === undefined ? [] : [{ capability, before: from, after: to }];
    }),
    unknown: [...new Set([...(before?.price.unknown ?? []), ...(after?.price.unknown ?? [])])],
    noLongerKnown: before
      ? [...new Set(after?.price.unknown)].filter((what) => !before.price.unknown.includes(what))
      : [],
  };
}
