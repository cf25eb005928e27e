import type { Rate } from "../model/price.ts";

const dollars = (
  unit: string,
  each: number | undefined,
  source: string,
  date: string,
  included = 0,
): Rate => ({
  each,
  currency: "USD",
  unit,
  region: "all",
  source,
  date,
  ...(included > 0 && { included }),
});
const supabase = (page: string, each: number | undefined, unit: string, included = 0): Rate =>
  dollars(unit, each, `https://supabase.com/docs/guides/platform/${page}`, "2026-11", included);
const upstash = (page: string, each: number, unit: string): Rate =>
  dollars(unit, each, `https://upstash.com/${page}`, "2026-11");
const fluid = "https://vercel.com/docs/fluid-compute/pricing";

export const rates = {
  supabasePro: supabase("manage-your-usage/point-in-time-recovery", 25, "month"),
  supabaseTeam: dollars("month", 599, "https://supabase.com/pricing", "2026-01"),
  /** Taken off the bill of a paid organization, whatever its machines. */
  computeCredits: supabase("manage-your-usage/point-in-time-recovery", -10, "month"),
  pitr7: supabase("manage-your-usage/point-in-time-recovery", 0.137, "hour"),
  pitr28: supabase("manage-your-usage/point-in-time-recovery", 0.55, "hour"),
  /** Each paid project has 8 GB. */
  databaseDisk: supabase("compute-and-disk", 0.125, "GB-month", 8),
  /** Each paid organization has 100 GB. */
  objects: supabase("billing-on-supabase", 0.021, "GB-month", 100),
  vercelPro: dollars("member-month", 20, "https://vercel.com/pricing", "2026-04"),
  /** Who used less than the credit pays the plan alone. */
  vercelCredit: dollars("dollar of the plan's credit", -1, "https://vercel.com/pricing", "2026-04"),
  vercelCpu: { ...dollars("CPU-hour", 0.128, fluid, "2026-11"), region: "iad1" },
  vercelCalls: dollars("million calls", 0.6, fluid, "2026-11"),
  vercelRequests: dollars(
    "million requests",
    2,
    "https://flexprice.io/blog/vercel-pricing-breakdown",
    "2026-11",
    10,
  ),
  vercelTraffic: dollars("GB", 0.15, "https://flexprice.io/blog/vercel-pricing-breakdown", "2026-11", 1000),
  /** By how long instances live, which nobody knows beforehand. */
  vercelMemory: { ...dollars("month", undefined, fluid, "2026-11"), region: "iad1" },
  /** 0.20 a 100,000 commands, up to the budget that is set. */
  upstashBudget: upstash("pricing/redis", 1, "dollar of the budget"),
  upstashProdPack: upstash("docs/common/help/production-checklist", 200, "month"),
  r2: dollars("GB-month", 0.015, "https://developers.cloudflare.com/r2/pricing", "2026-11", 10),
} as const satisfies Record<string, Rate>;

/** Supabase's machines for a database, and what an hour of those costs whose price had a source. */
const machines = {
  micro: undefined,
  small: 0.0206,
  medium: undefined,
  large: 0.1517,
  xlarge: undefined,
  "2xlarge": undefined,
  "4xlarge": 1.32,
  "8xlarge": undefined,
  "12xlarge": undefined,
  "16xlarge": undefined,
} as const;
export type Compute = keyof typeof machines;

export const machine = (compute: Compute): Rate => supabase("compute-and-disk", machines[compute], "hour");
