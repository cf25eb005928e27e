import { expect, test } from "vitest";
import { parse } from "yaml";
import spec from "../../../app/spec.ts";
import { alertmanagerConfig, prometheusConfig, rules } from "../../../components/local/config/alerts.ts";

const database = { name: "pulse", limitGb: 5 };
const parsed = (given: Parameters<typeof rules>[0]) =>
  parse(rules(given)).groups[0].rules as { alert: string; expr: string }[];
const ruleOf = (alert: string, given: Parameters<typeof rules>[0]) =>
  parsed(given).find((rule) => rule.alert === alert)?.expr;

test("thresholds come from the spec and the plan", () => {
  const given = {
    alerts: { ...spec.alerts, databaseSizePercent: 70, p95Seconds: 0.5, errorRatePercent: 2 },
    database,
    backupMaxAgeHours: 26,
  };
  expect(ruleOf("DatabaseSizeHigh", given)).toBe(
    '100 * pg_database_size_bytes{datname="pulse"} / 5368709120 > 70',
  );
  expect(ruleOf("LatencyP95High", given)).toMatch(/> 0\.5$/);
  expect(ruleOf("ErrorRateHigh", given)).toMatch(/> 2$/);
  expect(ruleOf("BackupTooOld", given)).toBe(
    "rung_backup_age_seconds > 93600 or absent(rung_backup_age_seconds)",
  );
});

test("an app without a database has no alert about one", () => {
  const names = parsed({ alerts: spec.alerts, database: undefined, backupMaxAgeHours: undefined });
  expect(names.map((rule) => rule.alert)).toEqual([
    "LatencyP95High",
    "ErrorRateHigh",
    "NoReplicaReady",
    "TargetDown",
  ]);
});

test("every alert that the rules speak of has a job that measures it", () => {
  const jobs = parse(prometheusConfig({ database: true })).scrape_configs.map(
    (job: { job_name: string }) => job.job_name,
  );
  expect(jobs).toEqual(["app", "edge", "alertmanager", "prometheus", "database", "disks"]);
  expect(prometheusConfig({ database: false })).not.toContain("exporter");
});

test("webhooks are told, mail addresses are left to the plan's losses", () => {
  const config = parse(alertmanagerConfig(["https://chat.example/hook", "ops@example.com"]));
  expect(config.receivers[0].webhook_configs).toEqual([
    { url: "https://chat.example/hook", send_resolved: true },
  ]);
  expect(alertmanagerConfig(["ops@example.com"])).not.toContain("ops@example.com");
});
