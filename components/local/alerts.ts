import type * as docker from "@pulumi/docker";
import { alertmanagerConfig, prometheusConfig, rules } from "./config/alerts.ts";
import { container } from "./container.ts";
import type { Edge } from "./edge.ts";
import type { Local } from "./local.ts";
import { volume } from "./network.ts";
import { fixedMemoryMb } from "./sizes.ts";

export interface Alerts {
  readonly containers: readonly docker.Container[];
  readonly urls: { readonly prometheus: string; readonly alertmanager: string };
}

/**
 * Prometheus and Alertmanager, seen through the edge with a password, and an exporter beside the database, which also
 * tells how full the disk under it is. A changed threshold restarts Prometheus; what it has measured stays on its volume.
 * @param data the database's volume; undefined where there is none
 */
export function alerts(local: Local, edge: Edge, data: docker.Volume | undefined): Alerts {
  const { context, images, plan, secrets } = local;
  const { spec } = context;
  const urls = { prometheus: `${edge.url}/-/prometheus/`, alertmanager: `${edge.url}/-/alertmanager/` };
  const scratch = [{ path: "/run/alerts", uid: 10008 }, { path: "/tmp" }];
  const prometheus = container(local, "prometheus", {
    capability: "alerts",
    image: images.alerts,
    command: ["prometheus"],
    memoryMb: fixedMemoryMb.prometheus,
    env: {
      CONFIG: prometheusConfig({ database: spec.database !== undefined }),
      RULES: rules({
        alerts: spec.alerts,
        database: spec.database && { name: spec.name, limitGb: plan.database.detail.limitGb },
        backupMaxAgeHours: spec.database && plan.backup.detail.maxAgeHours,
      }),
      RETENTION_DAYS: String(plan.alerts.detail.retentionDays),
      EXTERNAL_URL: urls.prometheus,
      GOMEMLIMIT: `${Math.floor(fixedMemoryMb.prometheus * 0.8)}MiB`,
    },
    volumes: [{ volume: volume(local, "alerts-data", "scratch"), path: "/data" }],
    scratch,
    health: ["healthy", "prometheus"],
    stopSeconds: 20,
    alone: true,
  });
  const alertmanager = container(local, "alertmanager", {
    capability: "alerts",
    image: images.alerts,
    command: ["alertmanager"],
    memoryMb: fixedMemoryMb.alertmanager,
    env: {
      CONFIG: alertmanagerConfig(spec.alerts.notify),
      EXTERNAL_URL: urls.alertmanager,
      GOMEMLIMIT: "48MiB",
    },
    scratch: [...scratch, { path: "/data", uid: 10008 }],
    health: ["healthy", "alertmanager"],
  });
  const exporter = spec.database
    ? container(local, "exporter", {
        capability: "alerts",
        image: images.alerts,
        command: ["exporter"],
        memoryMb: fixedMemoryMb.exporter,
        env: {
          DATABASE_NAME: spec.name,
          MONITOR_PASSWORD: secrets.password["database-monitor"],
          CA_CERT: secrets.ca,
          GOMEMLIMIT: "20MiB", // each of the two
        },
        // Only how full its disk is can be seen there: the files are another user's.
        volumes: data ? [{ volume: data, path: "/disks/database", readOnly: true }] : [],
        scratch,
        health: ["healthy", "exporter"],
      })
    : undefined;
  return { containers: [prometheus, alertmanager, ...(exporter ? [exporter] : [])], urls };
}
