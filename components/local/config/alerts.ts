import { stringify } from "yaml";
import type { Spec } from "../../model/spec.ts";

/** What the rules are measured against. */
export interface Thresholds {
  readonly alerts: Spec["alerts"];
  readonly database: { readonly name: string; readonly limitGb: number } | undefined;
  readonly backupMaxAgeHours: number | undefined;
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: "page" | "ticket";
  readonly summary: string;
}

/** Where each thing's metrics are, inside. The app's replicas are found by name, all of them. */
export const ports = {
  app: 9464,
  edge: 8405,
  exporter: 9187,
  disks: 9100,
  prometheus: 9090,
  alertmanager: 9093,
} as const;

/** Under which a disk is nearly full: 64 segments of WAL. */
const roomBytes = 1024 ** 3;

/** Prometheus' rule file. */
export function rules(given: Thresholds): string {
  const written = [...always(given.alerts), ...ofDatabase(given)].map(({ severity, summary, ...rule }) => ({
    ...rule,
    labels: { severity },
    annotations: { summary },
  }));
  return stringify({ groups: [{ name: "rung", interval: "15s", rules: written }] }, { lineWidth: 0 });
}

function always({ p95Seconds, errorRatePercent }: Spec["alerts"]): Rule[] {
  const responses = (code: string) =>
    `sum(rate(haproxy_frontend_http_responses_total{proxy="outside"${code}}[5m]))`;
  return [
    {
      alert: "LatencyP95High",
      expr: `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > ${p95Seconds}`,
      for: "5m",
      severity: "ticket",
      summary: `95 % of requests take up to {{ $value | humanizeDuration }}; the limit is ${p95Seconds} s`,
    },
    {
      alert: "ErrorRateHigh",
      expr: `100 * ${responses(',code="5xx"')} / ${responses("")} > ${errorRatePercent}`,
      for: "5m",
      severity: "page",
      summary: `{{ $value | humanize }} % of answers are errors; the limit is ${errorRatePercent} %`,
    },
    {
      alert: "NoReplicaReady",
      expr: 'haproxy_backend_active_servers{proxy="app"} == 0',
      for: "1m",
      severity: "page",
      summary: "No replica of the app is ready",
    },
    {
      alert: "TargetDown",
      expr: 'up == 0 or absent(up{job="app"})',
      for: "2m",
      severity: "page",
      summary: "{{ $labels.job }} {{ $labels.instance }} gives no metrics",
    },
  ];
}

function ofDatabase({ alerts, database, backupMaxAgeHours }: Thresholds): Rule[] {
  if (!database) return [];
  const { databaseSizePercent: percent } = alerts;
  const found: Rule[] = [
    {
      alert: "DatabaseSizeHigh",
      expr: `100 * pg_database_size_bytes{datname="${database.name}"} / ${database.limitGb * 1024 ** 3} > ${percent}`,
      for: "5m",
      severity: "ticket",
      summary: `The database fills {{ $value | humanize }} % of the ${database.limitGb} GB of its size`,
    },
    {
      alert: "DatabaseDown",
      expr: "pg_up == 0",
      for: "1m",
      severity: "page",
      summary: "PostgreSQL takes no connections",
    },
    {
      alert: "DiskNearlyFull",
      expr: `min by (mountpoint) (node_filesystem_avail_bytes{mountpoint=~"/disks/.*"}) < ${roomBytes}`,
      for: "1m",
      severity: "page",
      summary:
        "The disk that the database lies on has {{ $value | humanize1024 }}B left: once it is full, nothing can be written",
    },
    {
      alert: "WalArchiveFailing",
      expr: "rung_archive_failing > 0",
      for: "5m",
      severity: "page",
      summary: "WAL does not reach the archive: what is written now could not be recovered",
    },
  ];
  if (backupMaxAgeHours !== undefined) {
    found.push({
      alert: "BackupTooOld",
      expr: `rung_backup_age_seconds > ${backupMaxAgeHours * 3600} or absent(rung_backup_age_seconds)`,
      for: "15m",
      severity: "page",
      summary: `The newest good backup is older than ${backupMaxAgeHours} h, or there is none`,
    });
  }
  return found;
}

/** Prometheus' configuration. */
export function prometheusConfig(has: { database: boolean }): string {
  const job = (name: string, host: string, port: number, path = "/metrics") => ({
    job_name: name,
    metrics_path: path,
    dns_sd_configs: [{ names: [host], type: "A", port, refresh_interval: "5s" }],
  });
  return stringify({
    global: { scrape_interval: "15s", evaluation_interval: "15s" },
    rule_files: ["rules.yml"],
    alerting: {
      alertmanagers: [
        {
          path_prefix: "/-/alertmanager",
          static_configs: [{ targets: [`alertmanager:${ports.alertmanager}`] }],
        },
      ],
    },
    scrape_configs: [
      job("app", "app", ports.app),
      job("edge", "edge", ports.edge),
      job("alertmanager", "alertmanager", ports.alertmanager, "/-/alertmanager/metrics"),
      job("prometheus", "prometheus", ports.prometheus, "/-/prometheus/metrics"),
      ...(has.database
        ? [job("database", "exporter", ports.exporter), job("disks", "exporter", ports.disks)]
        : []),
    ],
  });
}

/** Alertmanager's configuration. Mail addresses are left out: this machine sends no mail (a loss in the plan). */
export function alertmanagerConfig(notify: readonly string[]): string {
  const webhooks = notify.filter((to) => /^https?:/.test(to));
  return stringify({
    route: { receiver: "people", group_by: ["alertname"], group_wait: "15s", repeat_interval: "4h" },
    receivers: [{ name: "people", webhook_configs: webhooks.map((url) => ({ url, send_resolved: true })) }],
  });
}
