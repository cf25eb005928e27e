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
import { atUse, line, running } from "../aws/prices.ts";
import { planIn } from "../kit/plan.ts";
import { type Blueprint, blueprintOf, type RecoveryPromise } from "../model/blueprint.ts";
import type { Platform } from "../model/platform.ts";
import type { PricePart } from "../model/price.ts";
import type { Spec } from "../model/spec.ts";
import { assumedUse } from "../model/usage.ts";
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

/** What is assumed of the app, for the price alone. An object, in KB; I/O of the database in a request. */
const objectKb = 1000;
const ioPerRequest = 2;
/** `nodes.ts`, `autoMode.ts`. */
const nodeDiskGb = 84;

/**
 * The plan for one spec and size on EKS, Aurora Global Database and ElastiCache Global Datastore over several regions. Pure.
 * @throws DiagnosticsError for a size, a need or regions that the stage cannot carry, naming the stages that can
 */
export function eksBlueprint(spec: Spec, size: Size, platform: Platform): Blueprint<EksDetails> {
  const has = eksSizes[mustBeCarried(spec, size, platform)];
  const use = assumedUse[size];
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
        ...networkParts(has, regions, use),
        atUse(
          "objects, copied to the other regions",
          use.uploads * objectKb * (regions - 1),
          "GB",
          "betweenRegions",
        ),
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
    dns: plan(
      "Route 53, ACM",
      "latency, health checks",
      1,
      [line("zone", 1, "route53"), line("health checks", regions, "healthCheck")],
      {
        routing: "latency" as const,
      },
    ),
    storage: plan(
      "S3",
      "versioned, replicated both ways",
      regions,
      spec.storage ? bucketParts(use, regions) : [],
      {
        buckets: spec.storage,
      },
    ),
    database: plan(
      "Aurora PostgreSQL Global Database",
      has.database.class,
      instances,
      [
        running("instances", instances, `aurora ${has.database.class}`),
        line("storage", expectedGb * regions, "auroraStorage"),
        atUse("reads and writes", use.requests * ioPerRequest, "million", "auroraIo"),
        atUse("writes, to the other regions", use.requests * (regions - 1), "million", "auroraReplicated"),
      ],
      has.database,
      [{ what: "database size", value: largestGb, unit: "GB" }],
      promise,
    ),
    backup: vaultPlan(
      plan,
      "AWS Backup vaults, locked",
      { gb: expectedGb, rate: "auroraSnapshot", buckets: Boolean(spec.storage) },
      use,
      2 * regions,
      promise,
    ),
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
      [running("control planes", regions, "eksCluster"), ...nodeParts(has, regions)],
      { ...has.app, nodes: has.nodes },
      [{ what: "replicas a region", value: has.app.maxReplicas }],
    ),
    edge: balancerPlan(plan, "Application Load Balancers", regions, use, {
      tls: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    }),
    cdn: cdnPlan(plan, spec, use),
    jobs: plan("CronJobs in the primary", `${Object.keys(spec.jobs).length} schedules`, 1, [], {
      schedules: spec.jobs,
    }),
    alerts: plan(
      "CloudWatch, Container Insights, budget",
      "alarms and a dashboard",
      regions,
      // Of each region, and one of each cache node.
      watchParts((11 + has.cache.replicas) * regions, has.logDays, use),
      { logDays: has.logDays },
    ),
  };
  return blueprintOf(spec, "aws-eks", size, capabilities, promise, lossesOf(spec, has, promise, platform));
}

/** Managed nodes run all month. Of auto mode's, those that the least replicas need: what the load starts comes on top. */
function nodeParts({ nodes, app }: EksSize, regions: number): PricePart[] {
  if (nodes.mode === "managed") {
    const count = nodes.count * regions;
    return [running("nodes", count, nodes.instance), line("their disks", count * nodeDiskGb, "disk")];
  }
  // One in each zone, and two cores each.
  const least = Math.max(3, Math.ceil((app.minReplicas * app.cpuMilli) / 2000)) * regions;
  return [
    running("nodes of two cores for the least replicas", least, "m7g.large"),
    running("auto mode, of these", least, "autoMode"),
    line("their disks", least * nodeDiskGb, "disk"),
  ];
}
