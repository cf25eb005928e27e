import type { planIn } from "../kit/plan.ts";
import type { RecoveryPromise } from "../model/blueprint.ts";
import type { PricePart } from "../model/price.ts";
import type { Spec } from "../model/spec.ts";
import type { Usage } from "../model/usage.ts";
import { interfaceServices } from "./interfaceServices.ts";
import { atUse, line, type RateName, running } from "./prices.ts";

/** AWS's managed rules, and the rate limit (`firewall.ts`). */
const firewallRules = 5;

/** What both AWS stages say of a capability. Each takes the writer of plans for the stage's region or regions. */
type Plan = ReturnType<typeof planIn>;

/**
 * Vaults that nobody can empty before the time is over, each copied to another region.
 * @param gb of the database, each time it is kept: as large as may be, and once, as what did not change is not kept twice
 */
export const vaultPlan = (
  plan: Plan,
  product: string,
  { gb, rate, buckets }: { readonly gb: number; readonly rate: RateName; readonly buckets: boolean },
  { storedGb }: Usage,
  vaults: number,
  promise: RecoveryPromise,
) =>
  plan(
    product,
    "copied to another region",
    vaults,
    [
      line("the database, once in each vault", gb * vaults, rate),
      ...(buckets ? [line("the buckets, once in each vault", storedGb * vaults, "bucketCopy")] : []),
    ],
    { retentionDays: promise.retentionDays },
    [{ what: "kept", value: promise.retentionDays, unit: "days" }],
    promise,
  );

/** A cache's nodes, and what it does when its memory is full. */
export const cachePlan = <C extends { readonly node: RateName; readonly memoryMb: number }>(
  plan: Plan,
  product: string,
  spec: Spec,
  has: C,
  nodes: number,
) =>
  plan(
    product,
    has.node,
    nodes,
    [running("nodes", nodes, has.node)],
    {
      ...has,
      policy: spec.cache?.policy === "keep" ? ("noeviction" as const) : ("allkeys-lru" as const),
    },
    [{ what: "memory", value: has.memoryMb, unit: "MB" }],
  );

export const realtimePlan = (plan: Plan) =>
  plan("Valkey pub/sub", "shared with the cache", 1, [], { channel: "valkey" as const });

export const authPlan = (plan: Plan, { auth }: Spec) =>
  plan("signed sessions of the app", "HS256", 1, [], { rateLimitPerMinute: auth.rateLimitPerMinute });

/** Load balancers over three zones, each with an address there. */
export const balancerPlan = (
  plan: Plan,
  product: string,
  count: number,
  { outGb }: Usage,
  detail: { readonly tls: string },
) =>
  plan(
    product,
    "TLS 1.3",
    count,
    [
      running(count > 1 ? "load balancers" : "load balancer", count, "loadBalancer"),
      atUse("its capacity units", outGb, "GB", "loadBalancerUnit"),
      running("their public addresses", 3 * count, "ipv4"),
    ],
    detail,
  );

/** What a network costs that is there all month, and what goes through it. @param has in each region */
export function networkParts(
  has: { readonly natGateways: number; readonly privateEndpoints: boolean },
  regions: number,
  { fetchedGb, logGb }: Usage,
): PricePart[] {
  const gateways = has.natGateways * regions;
  return [
    running("NAT gateways", gateways, "nat"),
    running("their public addresses", gateways, "ipv4"),
    atUse("through them", fetchedGb, "GB", "natData"),
    ...(has.privateEndpoints
      ? [
          running("private endpoints", 3 * interfaceServices.length * regions, "endpoint"),
          atUse("through the endpoints", logGb, "GB", "endpointData"),
        ]
      : []),
  ];
}

/** Buckets in each of the regions, their requests in all of them together. */
export const bucketParts = ({ storedGb, uploads, downloads }: Usage, regions: number): PricePart[] => [
  atUse("objects", storedGb * regions, "GB", "s3"),
  atUse("uploads", uploads * regions, "million", "s3Puts"),
  atUse("downloads", downloads, "million", "s3Gets"),
];

/** Alarms, a dashboard and logs; how much Container Insights measures is not known beforehand. */
export const watchParts = (alarms: number, logDays: number, { logGb }: Usage): PricePart[] => [
  line("alarms", alarms, "alarm"),
  line("dashboard", 1, "dashboard"),
  atUse("logs", logGb, "GB", "logs"),
  // Kept compressed; at the most, as if they were not.
  line(`logs kept ${logDays} days`, (logGb * logDays) / 30, "logsKept"),
  line("Container Insights, by what it measures", 1, "insights"),
];

/** The firewall counts over five minutes; never below 100, as many users may share one address. */
export const cdnPlan = (plan: Plan, { auth }: Spec, { outGb, requests }: Usage) =>
  plan(
    "CloudFront + WAF",
    "managed rules, rate limit",
    1,
    [
      atUse("to browsers", outGb, "GB", "cloudfront"),
      atUse("requests", requests, "million", "cloudfrontRequests"),
      line("firewall", 1, "waf"),
      line("its rules", firewallRules, "wafRule"),
      atUse("requests that it looks at", requests, "million", "wafRequests"),
    ],
    { rateLimitPerFiveMinutes: Math.max(100, auth.rateLimitPerMinute * 5) },
  );
