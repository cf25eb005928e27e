import {
  authPlan,
  balancerPlan,
  bucketParts,
  cachePlan,
  cdnPlan,
  networkParts,
  realtimePlan,
  vaultPlan,
  watchParts,
} from "../aws/plans.ts";
import { databaseVcpus, line, running } from "../aws/prices.ts";
import { planIn } from "../kit/plan.ts";
import { type Blueprint, blueprintOf, type Loss, type RecoveryPromise } from "../model/blueprint.ts";
import { jurisdictionOf } from "../model/jurisdiction.ts";
import { ofObjectives, ofResidency } from "../model/losses.ts";
import type { Platform } from "../model/platform.ts";
import type { PricePart } from "../model/price.ts";
import type { Spec } from "../model/spec.ts";
import { assumedUse } from "../model/usage.ts";
import type { Size } from "../model/words.ts";
import { type EcsSize, ecsSizes } from "./sizes.ts";

/** What each capability's component needs beyond the spec. */
export interface EcsDetails {
  network: Pick<EcsSize, "natGateways" | "privateEndpoints" | "logDays">;
  secrets: { readonly rotatedDays: number };
  dns: { readonly certificate: "ACM" };
  storage: { readonly buckets: Spec["storage"] };
  database: EcsSize["database"];
  backup: { readonly retentionDays: number };
  cache: EcsSize["cache"] & { readonly policy: "allkeys-lru" | "noeviction" };
  realtime: { readonly channel: "valkey" };
  auth: { readonly rateLimitPerMinute: number };
  app: EcsSize["app"];
  edge: { readonly tls: string };
  cdn: { readonly rateLimitPerFiveMinutes: number };
  jobs: { readonly schedules: Spec["jobs"] };
  alerts: { readonly logDays: number };
}

/** Whether data lives in two zones decides how long a failure of one lasts. RDS: docs, failover 60 to 120 s. */
const promised = ({ database }: EcsSize): RecoveryPromise => ({
  rtoMinutes: database.multiAz ? 15 : 60,
  rpoMinutes: 5,
  by: "RDS point-in-time recovery (logs every 5 min), AWS Backup vault, a copy in another region",
  retentionDays: database.retentionDays,
});

/** The plan for one spec and size on AWS with ECS, RDS and ElastiCache. Pure. */
export function ecsBlueprint(spec: Spec, size: Size, platform: Platform): Blueprint<EcsDetails> {
  const has = ecsSizes[size];
  const use = assumedUse[size];
  const region = platform.region ?? "not chosen yet";
  const promise = promised(has);
  const plan = planIn(region);
  const instances = (has.database.multiAz ? 2 : 1) + has.database.replicas;
  const capabilities = {
    network: plan("VPC over 3 zones", `${has.natGateways} NAT`, 1, networkParts(has, 1, use), {
      natGateways: has.natGateways,
      privateEndpoints: has.privateEndpoints,
      logDays: has.logDays,
    }),
    secrets: plan(
      "Secrets Manager, KMS",
      "customer keys",
      1,
      [line("secrets", 2, "secrets"), line("keys", 4, "kms")],
      {
        rotatedDays: 7,
      },
    ),
    dns: plan("Route 53, ACM", "public zone", 1, [line("zone", 1, "route53")], {
      certificate: "ACM" as const,
    }),
    storage: plan("S3", "versioned, private", 1, spec.storage ? bucketParts(use, 1) : [], {
      buckets: spec.storage,
    }),
    database: plan(
      "RDS PostgreSQL 17",
      has.database.class,
      instances,
      databaseParts(has.database, instances),
      has.database,
      [{ what: "database size", value: has.database.maxStorageGb, unit: "GB" }],
      promise,
    ),
    backup: vaultPlan(
      plan,
      "AWS Backup vault, locked",
      { gb: has.database.storageGb, rate: "rdsSnapshot", buckets: Boolean(spec.storage) },
      use,
      2,
      promise,
    ),
    cache: cachePlan(plan, "ElastiCache for Valkey 8", spec, has.cache, 1 + has.cache.replicas),
    realtime: realtimePlan(plan),
    auth: authPlan(plan, spec),
    app: plan(
      "Fargate service (ARM)",
      `${has.app.cpu / 1024} vCPU, ${has.app.memoryMb} MB`,
      has.app.minTasks,
      [
        running("vCPU", (has.app.cpu / 1024) * has.app.minTasks, "fargateCpu"),
        running("memory", (has.app.memoryMb / 1024) * has.app.minTasks, "fargateMemory"),
      ],
      has.app,
      [{ what: "tasks", value: has.app.maxTasks }],
    ),
    edge: balancerPlan(plan, "Application Load Balancer", 1, use, {
      tls: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    }),
    cdn: cdnPlan(plan, spec, use),
    jobs: plan("EventBridge Scheduler", `${Object.keys(spec.jobs).length} schedules`, 1, [], {
      schedules: spec.jobs,
    }),
    alerts: plan(
      "CloudWatch, SNS, budget",
      "alarms and a dashboard",
      1,
      // Seven of the app, its edge and its database, and one of each cache node.
      watchParts(8 + has.cache.replicas, has.logDays, use),
      {
        logDays: has.logDays,
      },
    ),
  };
  return blueprintOf(spec, "aws-ecs", size, capabilities, promise, losses(spec, has, promise, platform));
}

function databaseParts(has: EcsSize["database"], instances: number): PricePart[] {
  const vcpus =
    has.class in databaseVcpus ? databaseVcpus[has.class as keyof typeof databaseVcpus] : undefined; // it is a key of it
  return [
    running("instances", instances, has.class),
    line("storage", has.storageGb * instances, "rdsStorage"),
    ...(has.proxy && vcpus ? [running("RDS Proxy", vcpus, "rdsProxy")] : []),
  ];
}

function losses(spec: Spec, has: EcsSize, promise: RecoveryPromise, { region }: Platform): Loss[] {
  const found = ofObjectives(spec, promise, {
    capability: "database",
    by: "this size recovers",
    instead: has.database.multiAz ? "aws-eks, over two regions" : "size medium, in two zones",
  });
  if (!has.database.multiAz) {
    found.push({
      capability: "database",
      what: "one zone: when it fails, the database is away until it is restored",
      instead: "size medium",
    });
  }
  if (!has.database.proxy && spec.database) {
    found.push({
      capability: "database",
      what: "no pooler: each task holds its own connections",
      instead: "size large, with RDS Proxy",
    });
  }
  if (spec.database?.extensions.includes("pg_cron")) {
    found.push({ capability: "database", what: "pg_cron needs a restart of the database the first time" });
  }
  const regions = region ? [{ name: region, jurisdiction: jurisdictionOf(region) }] : [];
  return [...found, ...ofResidency(spec, regions, "another rung:region")];
}
