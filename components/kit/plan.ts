import type { CapabilityPlan, Limit, RecoveryPromise } from "../model/blueprint.ts";
import { free, type PricePart, price } from "../model/price.ts";

/** Writes the plans of a hosted stage's capabilities: all in one region, each with the parts of its price. */
export const planIn =
  (region: string) =>
  <D>(
    product: string,
    class_: string,
    count: number,
    parts: readonly PricePart[],
    detail: D,
    limits: readonly Limit[] = [],
    promise?: RecoveryPromise,
  ): CapabilityPlan<D> => ({
    product,
    class: class_,
    count,
    region,
    limits,
    price: parts.length === 0 ? free : price(parts),
    detail,
    ...(promise ? { promise } : {}),
  });
