import type { PricePart } from "../model/price.ts";

/** Hours a month. */
const hours = 730;

interface Rate {
  /** US dollars a unit; undefined where no source was found. */
  readonly unitUsd: number | undefined;
  readonly unit: string;
  readonly source: string;
  readonly date: string;
}

const supabase = (page: string, unitUsd: number, unit: string): Rate => ({
  unitUsd,
  unit,
  source: `supabase.com/docs/guides/platform/${page}`,
  date: "2026-11",
});
const upstash = (page: string, unitUsd: number, unit: string): Rate => ({
  unitUsd,
  unit,
  source: `upstash.com/${page}`,
  date: "2026-11",
});
const vercel = (unitUsd: number | undefined, unit: string): Rate => ({
  unitUsd,
  unit,
  source: "vercel.com/pricing",
  date: "2026-04",
});

export const rates = {
  supabasePro: supabase("manage-your-usage/point-in-time-recovery", 25, "month"),
  supabaseTeam: { unitUsd: 599, unit: "month", source: "supabase.com/pricing", date: "2026-01" },
  /** Taken off the bill of a paid organization, whatever its machines. */
  computeCredits: supabase("manage-your-usage/point-in-time-recovery", -10, "month"),
  small: supabase("compute-and-disk", 0.0206, "hour"),
  large: supabase("compute-and-disk", 0.1517, "hour"),
  "4xlarge": supabase("compute-and-disk", 1.32, "hour"),
  pitr7: supabase("manage-your-usage/point-in-time-recovery", 0.137, "hour"),
  pitr28: supabase("manage-your-usage/point-in-time-recovery", 0.55, "hour"),
  /** Over the 8 GB that each paid project has. */
  databaseDisk: supabase("compute-and-disk", 0.125, "GB-month"),
  vercelPro: vercel(20, "member-month"),
  /** Over the credit that the plan includes: by CPU, memory, requests and traffic. */
  vercelUsage: vercel(undefined, "month"),
  /** 0.20 a 100,000 commands, up to the budget that is set. */
  upstashBudget: upstash("pricing/redis", 1, "dollar of the budget"),
  upstashProdPack: upstash("docs/common/help/production-checklist", 200, "month"),
  r2: {
    unitUsd: 0.015,
    unit: "GB-month over 10 GB",
    source: "developers.cloudflare.com/r2/pricing",
    date: "2026-11",
  },
} as const satisfies Record<string, Rate>;

export type Compute = "small" | "large" | "4xlarge";

/** A line of the bill. @param quantity units a month */
export const part = (what: string, rate: Rate, quantity: number): PricePart => ({ what, quantity, ...rate });

/** A line of something that is billed by the hour and runs all month. */
export const allMonth = (what: string, rate: Rate, count = 1): PricePart => part(what, rate, count * hours);
