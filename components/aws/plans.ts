import type { planIn } from "../kit/plan.ts";
import type { RecoveryPromise } from "../model/blueprint.ts";
import type { Spec } from "../model/spec.ts";
import { line, type RateName, running } from "./prices.ts";

/** What both AWS stages say of a capability. Each takes the writer of plans for the stage's region or regions. */
type Plan = ReturnType<typeof planIn>;

/** Vaults that nobody can empty before the time is over, each copied to another region. */
export const vaultPlan = (
  plan: Plan,
  product: string,
  gb: number,
  vaults: number,
  promise: RecoveryPromise,
) =>
  plan(
    product,
    "copied to another region",
    vaults,
    [line("copies", gb * vaults, "backup")],
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

/** The firewall counts over five minutes; never below 100, as many users may share one address. */
export const cdnPlan = (plan: Plan, { auth }: Spec) =>
  plan(
    "CloudFront + WAF",
    "managed rules, rate limit",
    1,
    [line("traffic", 100, "cloudfront"), line("firewall", 1, "waf"), line("its rules", 5, "wafRule")],
    { rateLimitPerFiveMinutes: Math.max(100, auth.rateLimitPerMinute * 5) },
  );
