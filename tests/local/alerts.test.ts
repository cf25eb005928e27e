import { expect, test } from "vitest";
import { stringify } from "yaml";
import { prometheus } from "../support/prometheus.ts";
import { inside, theContainer, variable } from "./docker.ts";
import { living } from "./living.ts";

const outside = (code: string, values: string) => ({
  series: `haproxy_frontend_http_responses_total{proxy="outside",code="${code}"}`,
  values,
});
const bucket = (le: string, values: string) => ({
  series: `http_request_duration_seconds_bucket{job="app",le="${le}"}`,
  values,
});
const app = { series: 'up{job="app"}', values: "1x200" };
const backup = { series: "rung_backup_age_seconds", values: "60x200" };

/** Series that must raise an alert, and the same a little better, that must not. One value a minute. */
const cases = {
  LatencyP95High: {
    raised: [bucket("1", "0+90x60"), bucket("5", "0+100x60"), bucket("+Inf", "0+100x60")],
    calm: [bucket("1", "0+99x60"), bucket("5", "0+100x60"), bucket("+Inf", "0+100x60")],
  },
  ErrorRateHigh: {
    raised: [outside("2xx", "0+980x60"), outside("5xx", "0+20x60")],
    calm: [outside("2xx", "0+995x60"), outside("5xx", "0+5x60")],
  },
  NoReplicaReady: {
    raised: [{ series: 'haproxy_backend_active_servers{proxy="app"}', values: "0x60" }],
    calm: [{ series: 'haproxy_backend_active_servers{proxy="app"}', values: "1x60" }],
  },
  TargetDown: {
    raised: [{ series: 'up{job="edge"}', values: "0x60" }],
    calm: [{ series: 'up{job="edge"}', values: "1x60" }],
  },
  DatabaseSizeHigh: {
    raised: [{ series: 'pg_database_size_bytes{datname="DATABASE"}', values: "1e15x60" }],
    calm: [{ series: 'pg_database_size_bytes{datname="DATABASE"}', values: "1e6x60" }],
  },
  DatabaseDown: {
    raised: [{ series: "pg_up", values: "0x60" }],
    calm: [{ series: "pg_up", values: "1x60" }],
  },
  DiskNearlyFull: {
    raised: [{ series: 'node_filesystem_avail_bytes{mountpoint="/disks/database"}', values: "1e9x60" }],
    calm: [{ series: 'node_filesystem_avail_bytes{mountpoint="/disks/database"}', values: "2e9x60" }],
  },
  WalArchiveFailing: {
    raised: [{ series: "rung_archive_failing", values: "1x60" }],
    calm: [{ series: "rung_archive_failing", values: "0x60" }],
  },
  BackupTooOld: {
    raised: [{ series: "rung_backup_age_seconds", values: "900000x60" }],
    calm: [backup],
  },
} as const;

test("each alert is raised when it should be, and not a little before", { timeout: 60_000 }, async () => {
  const name = variable(await theContainer(living, "database"), "DATABASE_NAME");
  const tests = Object.entries(cases).flatMap(([alert, { raised, calm }]) =>
    [raised, calm].map((given, index) => {
      const series = new Map([app, backup, ...given].map((one) => [one.series, one]));
      return {
        name: `${alert} ${index === 0 ? "raised" : "calm"}`,
        interval: "1m",
        input_series: [...series.values()],
        promql_expr_test: [
          {
            expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
            eval_time: "40m",
            exp_samples: [{ labels: "{}", value: index === 0 ? 1 : 0 }],
          },
        ],
      };
    }),
  );
  const suite = stringify({ rule_files: ["/run/alerts/rules.yml"], evaluation_interval: "1m", tests });
  const { code, out, err } = await inside(
    living,
    "prometheus",
    `cat >/tmp/suite.yml <<'YAML'\n${suite.replaceAll("DATABASE", name)}\nYAML\npromtool test rules /tmp/suite.yml`,
  );
  expect(code, out + err).toBe(0);
});

test("the alert for a missing backup is there too: a series that never came counts as too old", async () => {
  const { out } = await inside(living, "prometheus", "cat /run/alerts/rules.yml");
  expect(out).toContain("absent(rung_backup_age_seconds)");
});

test("Prometheus measures app, edge, database, its disk and itself", { timeout: 90_000 }, async () => {
  const up = async () =>
    Object.fromEntries(
      (await prometheus(living, "min by (job) (up)")).map(({ metric, value }) => [metric.job, value[1]]),
    );
  await expect
    .poll(up, { timeout: 80_000, interval: 2000 })
    .toEqual({ app: "1", edge: "1", database: "1", disks: "1", alertmanager: "1", prometheus: "1" });
});
