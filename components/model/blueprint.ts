import { ofArchive } from "./losses.ts";
import { type Price, total } from "./price.ts";
import type { Spec } from "./spec.ts";
import type { Capability, Size, StageName } from "./words.ts";

/** A ceiling that the product or the size sets. */
export interface Limit {
  readonly what: string;
  readonly value: number | string;
  readonly unit?: string;
}

/** What a recovery is promised to take and to lose, in minutes. */
export interface RecoveryPromise {
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
  /** By what it is kept, e.g. `WAL archived continuously`. */
  readonly by: string;
  /** How far back one can go. */
  readonly retentionDays: number;
}

/** What the stage does not give although the spec asks for it, or would like it. */
export interface Loss {
  readonly capability: Capability;
  readonly what: string;
  readonly instead?: string;
}

/** The plan for one capability. `detail` is what the stage's own component needs to make it. */
export interface CapabilityPlan<Detail = unknown> {
  readonly product: string;
  /** The product's own name for how big it is, e.g. `db.m7g.large`, `256 MB`. */
  readonly class: string;
  readonly count: number;
  readonly region: string;
  readonly limits: readonly Limit[];
  readonly price: Price;
  readonly promise?: RecoveryPromise;
  readonly detail: Detail;
}

/** What a stage gives: a detail type per capability. A capability it lacks is not a key. */
export type Details = { readonly [C in Capability]?: object };

/**
 * The pure plan for one spec, stage and size. Asking it for a capability that the stage does not
 * give does not compile.
 */
export interface Blueprint<D extends Details = Details> {
  readonly app: string;
  readonly stage: StageName;
  readonly size: Size;
  readonly capabilities: { readonly [C in keyof D]: CapabilityPlan<D[C]> };
  readonly promise: RecoveryPromise | undefined;
  readonly price: Price;
  readonly losses: readonly Loss[];
}

/** The blueprint of what was planned for each capability: its price is theirs together. */
export function blueprintOf<D extends Details>(
  spec: Spec,
  stage: StageName,
  size: Size,
  capabilities: Blueprint<D>["capabilities"],
  promise: RecoveryPromise,
  losses: readonly Loss[],
): Blueprint<D> {
  const plans: readonly CapabilityPlan[] = Object.values(capabilities);
  return {
    app: spec.name,
    stage,
    size,
    capabilities,
    promise: spec.database ? promise : undefined,
    price: total(plans.map(({ price }) => price)),
    losses: [...losses, ...ofArchive(spec, stage)],
  };
}
