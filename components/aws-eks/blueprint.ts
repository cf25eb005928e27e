import { interfaceServices } from "../aws/interfaceServices.ts";
import { authPlan, cachePlan, cdnPlan, realtimePlan, vaultPlan } from "../aws/plans.ts";
import { line, running } from "../aws/prices.ts";
import { planIn } from "../kit/plan.ts";
import { type Blueprint, blueprintOf, type RecoveryPromise } from "../model/blueprint.ts";
import type { Platform } from "../model/platform.ts";
import type { Spec } from "../model/spec.ts";
import type { Size } from "../model/words.ts";
import { largestGb, lossesOf, mustBeCarried } from "./losses.ts";
import { type EksNodes, type EksSize, eksSizes } from "./sizes.ts";

/** What each capability's component needs beyond the spec. */
export interface EksDetails {
  network: Pick<EksSize, "natGateways" | "privateEndpoints" | "logDays">;
  secrets: { readonly keptIn: "Secrets Manager, in each region" };
  dns: { readonly routing: "latency" };
  storage: { readonly buckets: Spec["storage"] };
  database: EksSize["database"];
  backup: { readonly retentionDays: number };
  cache: EksSize["cache"] & { readonly policy: "allkeys-lru" | "noeviction" };
  realtime: { readonly channel: "valkey" };
  auth: { readonly rateLimitPerMinute: number };
  app: EksSize["app"] & { readonly nodes: EksNodes };
  edge: { readonly tls: string };
  cdn: { readonly rateLimitPerFiveMinutes: number };
  jobs: { readonly schedules: Spec["jobs"] };
  alerts: { readonly logDays: number };
}

/**
 * The lag between regions is under a second as a rule, a switch of the writer takes minutes (Aurora User Guide, "Using
 * switchover or failover in Aurora Global Database", 2026-11); the rest of the quarter of an hour is the decision and `up`.
 */
const promised = ({ database }: EksSize): RecoveryPromise => ({
  rtoMinutes: 15,
  rpoMinutes: 1,
  by: "a copy of the database in every region, point-in-time recovery, AWS Backup vaults in two regions",
  retentionDays: database.retentionDays,
});

/**
 * The plan for one spec and size on EKS, Aurora Global Database and ElastiCache Global Datastore over several regions. Pure.
 * @throws DiagnosticsError for a size, a need or regions that the stage cannot carry, naming the stages that can
 */
export function eksBlueprint(spec: Spec, size: Size, platform: Platform): Blueprint<EksDetails> {
  const has = eksSizes[mustBeCarried(spec, size, platform)];
  const regions = platform.regions?.length ?? 2;
  const plan = planIn(platform.regions?.join(", ") ?? "two, not chosen yet");
  const promise = promised(has);
  const instances = has.database.instances * regions;
  const expectedGb = spec.database?.expectedGb ?? 0;
  const capabilities = {
    network: plan(
      "VPCs over 3 zones, joined",
      `${has.natGateways} NAT each`,
      regions,
      [
        running("NAT gateways", has.natGateways * regions, "nat"),
        ...(has.privateEndpoints
          ? [running("private endpoints", 3 * interfaceServices.length * regions, "endpoint")]
          : []),
        line("traffic between regions", 1, "betweenRegions"),
      ],
      { natGateways: has.natGateways, privateEndpoints: has.privateEndpoints, logDays: has.logDays },
    ),
    secrets: plan(
      "Secrets Manager, KMS, External Secrets",
      "customer keys",
      regions,
      [line("secrets", 2 * regions, "secrets"), line("keys", 4 * regions, "kms")],
      { keptIn: "Secrets Manager, in each region" as const },
    ),
    dns: plan("Route 53, ACM", "latency, health checks", 1, [line("zone", 1, "route53")], {
      routing: "latency" as const,
    }),
    storage: plan("S3", "versioned, replicated both ways", regions, [line("objects", regions, "s3")], {
      buckets: spec.storage,
    }),
    database: plan(
      "Aurora PostgreSQL Global Database",
      has.database.class,
      instances,
      [
        running("instances", instances, has.database.class),
        line("storage", expectedGb * regions, "auroraStorage"),
        line("reads and writes", 1, "auroraIo"),
      ],
      has.database,
      [{ what: "database size", value: largestGb, unit: "GB" }],
      promise,
    ),
    backup: vaultPlan(plan, "AWS Backup vaults, locked", expectedGb * 2, regions, promise),
    cache: cachePlan(
      plan,
      "ElastiCache Global Datastore, Valkey 8",
      spec,
      has.cache,
      (1 + has.cache.replicas) * regions,
    ),
    realtime: realtimePlan(plan),
    auth: authPlan(plan, spec),
    app: plan(
      has.nodes.mode === "auto" ? "EKS auto mode" : "EKS, managed nodes (ARM)",
      `${has.app.cpuMilli / 1000} vCPU, ${has.app.memoryMb} MB`,
      has.app.minReplicas * regions,
      [running("control planes", regions, "eksCluster"), ...nodeParts(has.nodes, regions)],
      { ...has.app, nodes: has.nodes },
      [{ what: "replicas a region", value: has.app.maxReplicas }],
    ),
    edge: plan(
      "Application Load Balancers",
      "TLS 1.3",
      regions,
      [running("load balancers", regions, "loadBalancer")],
      { tls: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
    ),
    cdn: cdnPlan(plan, spec),
    jobs: plan("CronJobs in the primary", `${Object.keys(spec.jobs).length} schedules`, 1, [], {
      schedules: spec.jobs,
    }),
    alerts: plan(
      "CloudWatch, Container Insights, budget",
      "alarms and a dashboard",
      regions,
      [line("alarms, metrics and logs", regions, "cloudwatch")],
      { logDays: has.logDays },
    ),
  };
  return blueprintOf(spec, "aws-eks", size, capabilities, promise, lossesOf(spec, has, promise, platform));
}

/** Nodes that run all month, or what auto mode starts for the load: not to be said beforehand. */
const nodeParts = (nodes: EksNodes, regions: number) =>
  nodes.mode === "managed"
    ? [running("nodes", nodes.count * regions, nodes.instance)]
    : [line("nodes, by load", regions, "autoNodes")];
