import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Info, Metrics } from "../services.ts";
import type { PgSql } from "./sql.ts";

/** Fine around one second, where the alert is. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30];

/** Prometheus' metrics of this process. */
export function metrics(info: Info): Metrics & { readonly registry: Registry; watch(sql: PgSql): void } {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Until the answer's first byte, by route; probes are left out.",
    labelNames: ["method", "route", "status"],
    buckets,
    registers,
  });
  const errors = new Counter({
    name: "http_errors_total",
    help: "Answers of 500 and above.",
    labelNames: ["route"],
    registers,
  });
  const cached = new Counter({
    name: "app_cache_requests_total",
    help: "Lookups in the cache.",
    labelNames: ["name", "result"],
    registers,
  });
  const ingested = new Counter({
    name: "app_events_total",
    help: "Events that came in.",
    labelNames: ["result"],
    registers,
  });
  const degraded = new Counter({
    name: "app_degraded_total",
    help: "Times that the app went on without a part.",
    labelNames: ["part"],
    registers,
  });
  const { stack, stage, size, version } = info;
  new Gauge({
    name: "app_build_info",
    help: "What runs.",
    labelNames: ["stack", "stage", "size", "version"],
    registers,
  }).set({ stack, stage, size, version }, 1);

  return {
    registry,
    request(method, route, status, seconds) {
      duration.observe({ method, route, status: String(status) }, seconds);
      if (status >= 500) errors.inc({ route });
    },
    cache: (name, hit) => cached.inc({ name, result: hit ? "hit" : "miss" }),
    ingested(accepted, duplicates) {
      ingested.inc({ result: "accepted" }, accepted);
      ingested.inc({ result: "duplicate" }, duplicates);
    },
    degraded: (part) => degraded.inc({ part }),
    watch: (sql) => {
      new Gauge({
        name: "app_database_connections",
        help: "The pool: open, idle, and requests that wait for one.",
        labelNames: ["state"],
        registers,
        collect() {
          const { total, idle, waiting } = sql.usage();
          this.set({ state: "open" }, total);
          this.set({ state: "idle" }, idle);
          this.set({ state: "waiting" }, waiting);
        },
      });
    },
  };
}
