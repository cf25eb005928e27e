import type { Blueprint, CapabilityPlan, Limit, Loss, RecoveryPromise } from "../model/blueprint.ts";
import { minutes } from "../model/duration.ts";
import { free } from "../model/price.ts";
import type { Spec } from "../model/spec.ts";
import type { Size } from "../model/words.ts";
import { type LocalSize, localSizes } from "./sizes.ts";

/** What each capability's component needs beyond the spec. */
export interface LocalDetails {
  network: { readonly subnets: 1 };
  secrets: { readonly keptIn: "the stack's state, encrypted" };
  storage: { readonly buckets: readonly string[] };
  database: LocalSize["database"] & { readonly pooler: LocalSize["pooler"] };
  backup: {
    readonly full: string;
    readonly incremental: string;
    /** How far back one can go. */
    readonly keepDays: number;
    /** Older than this, the newest backup raises an alert. */
    readonly maxAgeHours: number;
  };
  cache: LocalSize["cache"] & { readonly policy: "allkeys-lru" | "noeviction" };
  realtime: { readonly channel: "valkey" };
  auth: { readonly rateLimitPerMinute: number };
  app: LocalSize["app"];
  edge: { readonly maxReplicas: number };
  cdn: LocalSize["cdn"] & { readonly maxAgeSeconds: number };
  jobs: { readonly schedules: Spec["jobs"] };
  alerts: { readonly retentionDays: number };
}

/** WAL leaves at the latest after `archive_timeout`, one minute; restores here take minutes. */
const promise: RecoveryPromise = {
  rtoMinutes: 30,
  rpoMinutes: 1,
  by: "WAL archived continuously, full weekly and incremental daily",
  retentionDays: 14,
};

/** The plan for one spec and size on this machine. Pure. */
export function localBlueprint(spec: Spec, size: Size): Blueprint<LocalDetails> {
  const has = localSizes[size];
  const storageBuckets = Object.keys(spec.storage?.buckets ?? {});
  return {
    app: spec.name,
    stage: "local",
    size,
    price: free,
    promise: spec.database ? promise : undefined,
    losses: losses(spec),
    capabilities: {
      network: plan("Docker bridge network", "private", 1, { subnets: 1 }),
      secrets: plan("Pulumi secrets", "generated", 1, { keptIn: "the stack's state, encrypted" }),
      storage: plan("versitygw (S3)", "volume", 1, { buckets: storageBuckets }),
      database: plan(
        "PostgreSQL 17 + PgBouncer",
        mb(has.database.memoryMb),
        1,
        { ...has.database, pooler: has.pooler },
        [
          { what: "database size", value: has.database.limitGb, unit: "GB" },
          { what: "connections", value: has.database.maxConnections },
          { what: "pooled clients", value: has.pooler.maxClients },
        ],
        promise,
      ),
      backup: plan(
        "pgBackRest",
        "encrypted, to S3",
        1,
        { full: "30 1 * * 0", incremental: "30 1 * * 1-6", keepDays: promise.retentionDays, maxAgeHours: 26 },
        [{ what: "kept", value: promise.retentionDays, unit: "days" }],
        promise,
      ),
      cache: plan(
        "Valkey 8",
        mb(has.cache.maxMemoryMb),
        1,
        { ...has.cache, policy: spec.cache?.policy === "keep" ? "noeviction" : "allkeys-lru" },
        [{ what: "memory", value: has.cache.maxMemoryMb, unit: "MB" }],
      ),
      realtime: plan("Valkey pub/sub", "shared with the cache", 1, { channel: "valkey" }),
      auth: plan("signed sessions of the app", "HS256", 1, {
        rateLimitPerMinute: spec.auth.rateLimitPerMinute,
      }),
      app: plan(
        "Docker containers",
        `${mb(has.app.memoryMb)}, ${has.app.cpus} CPU`,
        has.app.replicas,
        has.app,
        [{ what: "memory a replica", value: has.app.memoryMb, unit: "MB" }],
      ),
      edge: plan("HAProxy", "TLS by the stack's own CA", 1, { maxReplicas: 16 }),
      cdn: plan(
        "Varnish",
        mb(has.cdn.storeMb),
        1,
        { ...has.cdn, maxAgeSeconds: spec.cdn?.maxAgeSeconds ?? 0 },
        [{ what: "cached objects", value: has.cdn.storeMb, unit: "MB" }],
      ),
      jobs: plan("supercronic", `${Object.keys(spec.jobs).length} schedules`, 1, { schedules: spec.jobs }),
      alerts: plan("Prometheus + Alertmanager", "15 d of metrics", 1, { retentionDays: 15 }),
    },
  };
}

function plan<D>(
  product: string,
  class_: string,
  count: number,
  detail: D,
  limits: readonly Limit[] = [],
  recovery?: RecoveryPromise,
): CapabilityPlan<D> {
  const base = { product, class: class_, count, region: "this machine", limits, price: free, detail };
  return recovery ? { ...base, promise: recovery } : base;
}

const mb = (count: number): string => `${count} MB`;

function losses(spec: Spec): Loss[] {
  const found: Loss[] = [
    {
      capability: "backup",
      what: "backups stay on the same machine as the data",
      instead: "copy the storage volume elsewhere, or use another stage for what must not be lost",
    },
    { capability: "dns", what: "no public name", instead: "https://localhost with the stack's own CA" },
  ];
  if (spec.database && minutes(spec.objectives.rpo) < promise.rpoMinutes) {
    found.push({
      capability: "database",
      what: `the spec asks for an RPO of ${spec.objectives.rpo}; WAL leaves at the latest after 1 min`,
    });
  }
  for (const [bucket, { expireDays }] of Object.entries(spec.storage?.buckets ?? {})) {
    if (expireDays === undefined) continue;
    found.push({
      capability: "storage",
      what: `objects in "${bucket}" are not deleted after ${expireDays} days`,
      instead: "a job of the app that deletes them; hosted stages do it by a lifecycle rule",
    });
  }
  if (spec.alerts.notify.length > 0) {
    found.push({
      capability: "alerts",
      what: "mail is not sent from this machine",
      instead: "see Alertmanager's page",
    });
  }
  return found;
}
