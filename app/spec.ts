import { defineSpec } from "../components/model/spec.ts";

/** What pulse needs, whatever the stage. */
export default defineSpec({
  name: "pulse",
  container: { port: 3000, drainSeconds: 3 },
  database: { extensions: ["pg_trgm"], compatibleWith: ["sqlite"], expectedGb: 2 },
  cache: { policy: "evict" },
  cdn: { maxAgeSeconds: 3600 },
  storage: { buckets: { uploads: { versioned: true } } },
  jobs: {
    cleanup: { schedule: "0 2 * * *", path: "/api/cron/cleanup" },
    metrics: { schedule: "0 */6 * * *", path: "/api/cron/metrics" },
  },
  realtime: true,
  objectives: { rto: "4h", rpo: "24h" },
});
