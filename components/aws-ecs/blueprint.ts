import { interfaceEndpoints } from "../aws/endpoints.ts";
import { line, running } from "../aws/prices.ts";
import { jurisdictionOf } from "../aws/regions.ts";
import { planIn } from "../kit/plan.ts";
import type { Blueprint, Loss, RecoveryPromise } from "../model/blueprint.ts";
import { minutes } from "../model/duration.ts";
import type { Platform } from "../model/platform.ts";
import { total } from "../model/price.ts";
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
  const caches = 1 + has.cache.replicas;
  const capabilities = {
    network: plan(
      "VPC over 3 zones",
      `${has.natGateways} NAT`,
      1,
      [
        running("NAT gateway", has.natGateways, "nat"),
        ...(has.privateEndpoints
          ? [running("private endpoints", 3 * interfaceEndpoints.length, "endpoint")]
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
    backup: plan(
      "AWS Backup vault, locked",
      "copied to another region",
      2,
      [line("copies", has.database.storageGb * 2, "backup")],
      { retentionDays: has.database.retentionDays },
      [{ what: "kept", value: has.database.retentionDays, unit: "days" }],
      promise,
    ),
    cache: plan(
      "ElastiCache for Valkey 8",
      has.cache.node,
      caches,
      [running("nodes", caches, has.cache.node)],
      {
        ...has.cache,
        policy: spec.cache?.policy === "keep" ? ("noeviction" as const) : ("allkeys-lru" as const),
      },
      [{ what: "memory", value: has.cache.memoryMb, unit: "MB" }],
    ),
    realtime: plan("Valkey pub/sub", "shared with the cache", 1, [], { channel: "valkey" as const }),
    auth: plan("signed sessions of the app", "HS256", 1, [], {
      rateLimitPerMinute: spec.auth.rateLimitPerMinute,
    }),
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
    cdn: plan(
      "CloudFront + WAF",
      "managed rules, rate limit",
      1,
      [line("traffic", 100, "cloudfront"), line("firewall", 1, "waf"), line("its rules", 5, "wafRule")],
      {
        rateLimitPerFiveMinutes: Math.max(100, spec.auth.rateLimitPerMinute * 5),
      },
    ),
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
  return {
    app: spec.name,
    stage: "aws-ecs",
    size,
    capabilities,
    promise: spec.database ? promise : undefined,
    price: total(Object.values(capabilities).map((one) => one.price)),
    losses: losses(spec, has, platform),
  };
}

function losses(spec: Spec, has: EcsSize, { region }: Platform): Loss[] {
  const found: Loss[] = [];
  const { rto, rpo } = spec.objectives;
  const promise = promised(has);
  if (minutes(rto) < promise.rtoMinutes || minutes(rpo) < promise.rpoMinutes) {
    found.push({
      capability: "database",
      what: `the spec asks for RTO ${rto}, RPO ${rpo}; this size recovers within ${promise.rtoMinutes} min, losing up to ${promise.rpoMinutes} min`,
      instead: has.database.multiAz ? "aws-eks, over two regions" : "size medium, in two zones",
    });
  }
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
  if (region && spec.residency.length > 0 && !spec.residency.some((one) => one === jurisdictionOf(region))) {
    found.push({
      capability: "database",
      what: `${region} is not in ${spec.residency.join(" or ")}, where data may be kept`,
      instead: "another rung:region",
    });
  }
  return found;
}
