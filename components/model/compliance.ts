import type { Blueprint } from "./blueprint.ts";
import { minutes } from "./duration.ts";
import { lawsOf } from "./jurisdiction.ts";
import type { Money } from "./money.ts";
import { type PackName, packNames } from "./packNames.ts";
import type { Spec } from "./spec.ts";
import type { Size, StageName } from "./words.ts";

/** What one of them asks in figures. */
export interface Demands {
  readonly rtoMinutes?: number;
  readonly rpoMinutes?: number;
  /** How far back one must be able to go. */
  readonly retentionDays?: number;
  readonly logDays?: number;
  /** The spec must say where data may be kept. */
  readonly residency?: true;
}

/** Recovery: the project's checklists for the industry (`docs/compliance.md`). Logs: PCI DSS v4.0.1, 10.5.1. */
export const demands: Readonly<Record<PackName, Demands>> = {
  hipaa: { rtoMinutes: 240, rpoMinutes: 60, retentionDays: 30 },
  "pci-dss": { rtoMinutes: 60, rpoMinutes: 15, logDays: 365 },
  soc2: {},
  gdpr: { residency: true },
  "ferpa-coppa": {},
  automotive: {},
  logistics: {},
  insurance: {},
  legal: { residency: true },
};

/** What a stack says of itself: the inputs of its stage's component, by which policies judge it. Plain data. */
export interface Declared {
  readonly stage: StageName;
  readonly size: Size;
  readonly compliance: readonly PackName[];
  /** The strictest of the spec and of what it is held to. */
  readonly asked: {
    readonly rtoMinutes: number;
    readonly rpoMinutes: number;
    readonly retentionDays: number;
    readonly logDays: number;
    readonly residency: readonly string[];
    readonly residencySaid: boolean;
  };
  /** Left out where the app has no database. */
  readonly promised?: {
    readonly rtoMinutes: number;
    readonly rpoMinutes: number;
    readonly retentionDays: number;
  };
  /** Where data is kept, and whose law that is; null: nobody knows. */
  readonly places: readonly {
    readonly capability: string;
    readonly region: string;
    readonly law: string | null;
  }[];
  readonly cost: {
    /** By currency. */
    readonly monthly: Money;
    /** What the sum leaves out. */
    readonly unknown: readonly string[];
    /** What a month may cost, in each currency that one is set for. */
    readonly ceiling: Money;
  };
}

const stores = ["storage", "database", "backup", "cache"] as const;

/** @param more packs of the settings, and the ceilings of a month's cost */
export function declaredOf(
  spec: Spec,
  blueprint: Blueprint,
  more: { readonly compliance: readonly PackName[]; readonly ceiling: Money },
): Declared {
  const compliance = packNames.filter((name) => [...spec.compliance, ...more.compliance].includes(name));
  const held = compliance.map((name) => demands[name]);
  const { stage, size, promise, price, capabilities } = blueprint;
  const least = (own: number, key: "rtoMinutes" | "rpoMinutes") =>
    Math.min(own, ...held.map((one) => one[key] ?? own));
  const most = (key: "retentionDays" | "logDays") => Math.max(0, ...held.map((one) => one[key] ?? 0));
  const plans: Blueprint["capabilities"] = capabilities;
  return {
    stage,
    size,
    compliance,
    asked: {
      rtoMinutes: least(minutes(spec.objectives.rto), "rtoMinutes"),
      rpoMinutes: least(minutes(spec.objectives.rpo), "rpoMinutes"),
      retentionDays: most("retentionDays"),
      logDays: most("logDays"),
      residency: spec.residency,
      residencySaid: held.some(({ residency }) => residency),
    },
    ...(promise && {
      promised: {
        rtoMinutes: promise.rtoMinutes,
        rpoMinutes: promise.rpoMinutes,
        retentionDays: promise.retentionDays,
      },
    }),
    places: stores.flatMap((capability) => {
      const region = plans[capability]?.region;
      return region === undefined ? [] : lawsOf(region).map((one) => ({ capability, ...one }));
    }),
    cost: {
      monthly: price.monthly,
      unknown: price.unknown,
      ceiling: more.ceiling,
    },
  };
}
