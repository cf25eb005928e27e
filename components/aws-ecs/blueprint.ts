import { interfaceServices } from "../aws/interfaceServices.ts";
import { authPlan, cachePlan, cdnPlan, realtimePlan, vaultPlan } from "../aws/plans.ts";
import { line, running } from "../aws/prices.ts";
import { planIn } from "../kit/plan.ts";
import { type Blueprint, blueprintOf, type Loss, type RecoveryPromise } from "../model/blueprint.ts";
import { jurisdictionOf } from "../model/jurisdiction.ts";
import { ofObjectives, ofResidency } from "../model/losses.ts";
import type { Platform } from "../model/platform.ts";
import type { Spec } from "../model/spec.ts";
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
  const region = platform.region ?? "not chosen yet";
  const promise = promised(has);
  const plan = planIn(region);
  const instances = (has.database.multiAz ? 2 : 1) + has.database.replicas;
  const capabilities = {
    network: plan(
      "VPC over 3 zones",
      `${has.natGateways} NAT`,
      1,
      [
        running("NAT gateway", has.natGateways, "nat"),
        ...(has.privateEndpoints
          ? [running("private endpoints", 3 * interfaceServices.length, "endpoint")]
          : []),
      ],
      {
        natGateways: has.natGateways,
        privateEndpoints: has.privateEndpoints,
        logDays: has.logDays,
      },
    ),
    secrets: plan(
      "Secrets Manager, KMS",
      "customer keys",
      1,
      [line("secrets", 3, "secrets"), line("keys", 4, "kms")],
      {
        rotatedDays: 7,
      },
    ),
    dns: plan("Route 53, ACM", "public zone", 1, [line("zone", 1, "route53")], {
      certificate: "ACM" as const,
    }),
    storage: plan("S3", "versioned, private", 1, [line("objects", 1, "s3")], { buckets: spec.storage }),
    database: plan(
      "RDS PostgreSQL 17",
      has.database.class,
      instances,
      [
        running("instances", instances, has.database.class),
        line("storage", has.database.storageGb * instances, "rdsStorage"),
        ...(has.database.proxy ? [running("RDS Proxy", 2, "rdsProxy")] : []),
      ],
      has.database,
      [{ what: "database size", value: has.database.maxStorageGb, unit: "GB" }],
      promise,
    ),
    backup: vaultPlan(plan, "AWS Backup vault, locked", has.database.storageGb, 2, promise),
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
    edge: plan("Application Load Balancer", "TLS 1.3", 1, [running("load balancer", 1, "loadBalancer")], {
      tls: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    }),
    cdn: cdnPlan(plan, spec),
    jobs: plan("EventBridge Scheduler", `${Object.keys(spec.jobs).length} schedules`, 1, [], {
      schedules: spec.jobs,
    }),
    alerts: plan(
      "CloudWatch, SNS, budget",
      "alarms and a dashboard",
      1,
      [line("alarms and logs", 1, "cloudwatch")],
      {
        logDays: has.logDays,
      },
    ),
  };
  return blueprintOf(spec, "aws-ecs", size, capabilities, promise, losses(spec, has, promise, platform));
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
