import { type Usage as AnyUsage, assumedUse } from "../model/usage.ts";
import type { Size } from "../model/words.ts";

/** What a month of each size is taken to be, for the price alone: millions, and GB. */
export interface Usage extends AnyUsage {
  readonly rowsRead: number;
  /** An event is a row and two index entries. */
  readonly rowsWritten: number;
  readonly kvReads: number;
  readonly kvWrites: number;
  /** Rate limit, live channel and counters. */
  readonly objectRequests: number;
}

/** What each size is made of. Limits as in developers.cloudflare.com/workers/platform/limits and /d1/platform/limits (2026-11). */
export interface EdgeSize {
  /** Cloudflare's plan for Workers: of the account, not of the stack. */
  readonly workers: "free" | "paid";
  /** The zone's plan: from Pro on, the managed rules and webhooks are there. */
  readonly zone: "free" | "pro";
  /** CPU time a request may take, ms; the free plan's cannot be set. */
  readonly cpuMs: number;
  /** Of the Worker's code, compressed, MB. */
  readonly bundleMb: number;
  readonly cronTriggers: number;
  /** Runs the Worker near the database, where nothing is read from nearer copies. */
  readonly smartPlacement: boolean;
  readonly database: {
    readonly maxGb: number;
    /** Copies in other regions, for reading. */
    readonly replicas: boolean;
    /** How far back Time Travel goes, days. */
    readonly retentionDays: 7 | 30;
  };
  /** Jobs go through a queue, which tries again. */
  readonly queue: boolean;
  readonly export: { readonly schedule: string; readonly often: string; readonly keepDays: number };
  readonly usage: Usage;
}

/**
 * CPU that a request of the reference app takes at most, ms: measured in workerd, where D1, KV and objects are part of
 * it, over events, insights and status in turn (2026-11-21, 2 cores).
 */
export const requestCpuMs = 7;

const usage = (size: Size): Usage => {
  const { requests } = assumedUse[size];
  return {
    ...assumedUse[size],
    // Most is answered from a cache; what is not reads some hundred rows.
    rowsRead: requests * 100,
    rowsWritten: requests,
    kvReads: requests / 2,
    kvWrites: requests / 50,
    objectRequests: requests,
  };
};

const paid = {
  workers: "paid",
  bundleMb: 10,
  cronTriggers: 250,
  queue: true,
  database: { maxGb: 10, replicas: false, retentionDays: 30 },
} as const;

/** What R2 takes in one piece (developers.cloudflare.com/r2/platform/limits, 2026-11: 4.995 GiB). */
export const largestExportGb = 5;

export const edgeSizes: Record<Size, EdgeSize> = {
  small: {
    workers: "free",
    zone: "free",
    cpuMs: 10,
    bundleMb: 3,
    cronTriggers: 5,
    smartPlacement: false,
    database: { maxGb: 0.5, replicas: false, retentionDays: 7 },
    queue: false,
    export: { schedule: "30 1 * * *", often: "daily", keepDays: 7 },
    usage: usage("small"),
  },
  medium: {
    ...paid,
    zone: "free",
    cpuMs: 1000,
    smartPlacement: true,
    export: { schedule: "30 1 * * *", often: "daily", keepDays: 30 },
    usage: usage("medium"),
  },
  large: {
    ...paid,
    zone: "pro",
    cpuMs: 5000,
    smartPlacement: false,
    database: { ...paid.database, replicas: true },
    export: { schedule: "30 1 * * *", often: "daily", keepDays: 60 },
    usage: usage("large"),
  },
  xlarge: {
    ...paid,
    zone: "pro",
    cpuMs: 30_000,
    smartPlacement: false,
    database: { ...paid.database, replicas: true },
    export: { schedule: "30 1,13 * * *", often: "twice a day", keepDays: 90 },
    usage: usage("xlarge"),
  },
};

/** Where Cloudflare can be asked to put data first (D1's and R2's location hints). */
export const locations = ["wnam", "enam", "weur", "eeur", "apac", "oc"] as const;
export type Location = (typeof locations)[number];

/** Where Cloudflare promises to keep data, of what a spec may ask for. */
export const jurisdictions = ["eu", "us"] as const;
export type Jurisdiction = (typeof jurisdictions)[number];
