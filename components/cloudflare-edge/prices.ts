import type { Rate } from "../model/price.ts";

const docs = (page: string) => `https://developers.cloudflare.com/${page}`;
/** What is charged for beyond what the month's plan includes; the same everywhere. */
const rate = (unit: string, each: number, included: number, source: string, date = "2026-11"): Rate => ({
  each,
  currency: "USD",
  unit,
  region: "all",
  included,
  source,
  date,
});

/** Workers Paid's rates. On the free plan nothing is charged, and what exceeds its daily limits is refused. */
export const rates = {
  workersPaid: rate("account", 5, 0, docs("workers/platform/pricing")),
  requests: rate("million requests", 0.3, 10, docs("workers/platform/pricing")),
  cpu: rate("million CPU ms", 0.02, 30, docs("workers/platform/pricing")),
  rowsRead: rate("million rows", 0.001, 25_000, docs("d1/platform/pricing")),
  rowsWritten: rate("million rows", 1, 50, docs("d1/platform/pricing")),
  database: rate("GB-month", 0.75, 5, docs("d1/platform/pricing")),
  kvReads: rate("million reads", 0.5, 10, docs("kv/platform/pricing")),
  kvWrites: rate("million writes", 5, 1, docs("kv/platform/pricing")),
  objects: rate("million requests", 0.15, 1, docs("durable-objects/platform/pricing")),
  queue: rate("million operations", 0.4, 1, docs("queues/platform/pricing")),
  stored: rate("GB-month", 0.015, 10, docs("r2/pricing")),
  storedWrites: rate("million class A operations", 4.5, 1, docs("r2/pricing")),
  storedReads: rate("million class B operations", 0.36, 10, docs("r2/pricing")),
  zonePro: rate("zone, billed monthly", 25, 0, "https://www.cloudflare.com/plans", "2026-10-07"),
} as const satisfies Record<string, Rate>;
