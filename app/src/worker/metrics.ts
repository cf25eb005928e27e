import type { AnalyticsEngineDataset } from "@cloudflare/workers-types";
import type { Metrics } from "../services.ts";

/**
 * Data points in Workers Analytics Engine, asked with SQL. The first blob says what was measured:
 * `request` (method, route, status; seconds), `cache` (name, hit or miss), `ingested` (accepted, duplicates),
 * `degraded` (the part).
 */
export function metrics(dataset: AnalyticsEngineDataset | undefined, stack: string): Metrics {
  const write = (blobs: string[], doubles: number[] = [1]) =>
    dataset?.writeDataPoint({ indexes: [stack], blobs, doubles });
  return {
    request: (method, route, status, seconds) => write(["request", method, route, String(status)], [seconds]),
    cache: (name, hit) => write(["cache", name, hit ? "hit" : "miss"]),
    ingested: (accepted, duplicates) => write(["ingested"], [accepted, duplicates]),
    degraded: (part) => write(["degraded", part]),
  };
}
