import type { Size } from "../model/words.ts";
import type { Compute } from "./prices.ts";

/** What each size is: from the vendors' free plans to a big machine with copies. */
export interface VercelSize {
  /** Of Vercel's team, Supabase's organization and Upstash's account. They are set at the vendors', by hand. */
  readonly plan: "free" | "paid";
  /** Of Supabase's organization: Team is for audits (SOC 2), single sign-on to the dashboard and longer backups. */
  readonly supabase: "Free" | "Pro" | "Team";
  /** Each instance of the function. Vercel starts as many as there is work for. */
  readonly app: {
    readonly memoryMb: number;
    readonly cpu: "standard" | "performance";
    readonly maxSeconds: number;
    /** Connections that one instance may open to the pooler. */
    readonly poolMax: number;
  };
  readonly database: {
    /** undefined: the smallest of the free plan. */
    readonly compute: Compute | undefined;
    /** What Supabase recommends the machine for, GB; on the free plan the limit. */
    readonly gb: number;
    /** Connections that the pooler opens to the database, and those it takes (its docs, compute and disk, 2026-11). */
    readonly poolSize: number;
    readonly clients: number;
    /** Other regions are chosen in the same jurisdiction; the first is the database's own. */
    readonly replicas: number;
  };
  readonly backup: {
    /** undefined: no recovery to a point in time. */
    readonly pitrDays: 7 | 28 | undefined;
    /** Daily dumps that are kept in R2. */
    readonly dumps: number;
  };
  readonly cache: {
    /** What a month may cost at most: Upstash slows the database down there. undefined: the free plan. */
    readonly budgetUsd: number | undefined;
    readonly prodPack: boolean;
    readonly readRegions: number;
  };
  /** The largest file, MB. A function takes no more than 4.5 MB by itself. */
  readonly fileMb: number;
}

export const vercelSizes: Record<Size, VercelSize> = {
  small: {
    plan: "free",
    supabase: "Free",
    app: { memoryMb: 2048, cpu: "standard", maxSeconds: 300, poolMax: 3 },
    database: { compute: undefined, gb: 0.5, poolSize: 15, clients: 200, replicas: 0 },
    backup: { pitrDays: undefined, dumps: 14 },
    cache: { budgetUsd: undefined, prodPack: false, readRegions: 0 },
    fileMb: 50,
  },
  medium: {
    plan: "paid",
    supabase: "Pro",
    app: { memoryMb: 2048, cpu: "standard", maxSeconds: 300, poolMax: 5 },
    database: { compute: "small", gb: 50, poolSize: 20, clients: 400, replicas: 0 },
    backup: { pitrDays: undefined, dumps: 30 },
    cache: { budgetUsd: 20, prodPack: false, readRegions: 0 },
    fileMb: 100,
  },
  large: {
    plan: "paid",
    supabase: "Pro",
    app: { memoryMb: 2048, cpu: "standard", maxSeconds: 300, poolMax: 5 },
    database: { compute: "large", gb: 200, poolSize: 40, clients: 800, replicas: 1 },
    backup: { pitrDays: 7, dumps: 30 },
    cache: { budgetUsd: 100, prodPack: false, readRegions: 0 },
    fileMb: 500,
  },
  xlarge: {
    plan: "paid",
    supabase: "Team",
    app: { memoryMb: 4096, cpu: "performance", maxSeconds: 300, poolMax: 5 },
    database: { compute: "4xlarge", gb: 2000, poolSize: 120, clients: 3000, replicas: 2 },
    backup: { pitrDays: 28, dumps: 30 },
    cache: { budgetUsd: 500, prodPack: true, readRegions: 1 },
    fileMb: 500,
  },
};
