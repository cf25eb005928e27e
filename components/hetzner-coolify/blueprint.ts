import { planIn } from "../kit/plan.ts";
import { type Blueprint, blueprintOf, type Loss, type RecoveryPromise } from "../model/blueprint.ts";
import { DiagnosticsError, stackSettings } from "../model/diagnostics.ts";
import { ofObjectives } from "../model/losses.ts";
import type { Platform } from "../model/platform.ts";
import { atUse, part } from "../model/price.ts";
import type { Spec } from "../model/spec.ts";
import { assumedUse } from "../model/usage.ts";
import type { Size } from "../model/words.ts";
import { dumped, pricesIn, stored } from "./prices.ts";
import { type CoolifySize, coolifySizes, type Location, locations } from "./sizes.ts";

/** What each capability's component needs beyond the spec. */
export interface CoolifyDetails {
  network: { readonly zone: string; readonly location: Location };
  secrets: { readonly keptIn: "the stack's state, encrypted" };
  dns: { readonly proxied: true };
  storage: { readonly buckets: readonly string[] };
  database: CoolifySize["database"];
  backup: { readonly schedule: string; readonly keepDays: number; readonly maxAgeHours: number };
  cache: CoolifySize["cache"];
  realtime: { readonly channel: "redis" };
  auth: { readonly rateLimitPerMinute: number };
  app: CoolifySize["app"] & { readonly servers: CoolifySize };
  edge: { readonly loadBalancer: string | undefined };
  cdn: { readonly requestsPerTenSeconds: number };
  jobs: { readonly schedules: Spec["jobs"] };
  alerts: { readonly diskWarningPercent: number };
}

/** A dump every six hours: what was written since the last is lost with the disk. */
const promise: RecoveryPromise = {
  rtoMinutes: 120,
  rpoMinutes: 360,
  by: "dumps to R2 every six hours, images of the servers daily",
  retentionDays: 30,
};

/** At the most as large as the database each: compressed, they are smaller. */
const dumpsKept = (promise.retentionDays * 24 * 60) / promise.rpoMinutes;

/**
 * The plan for one spec and size on Hetzner's servers with Coolify, behind Cloudflare. Pure.
 * @throws DiagnosticsError for a region that Hetzner does not have
 */
export function coolifyBlueprint(spec: Spec, size: Size, platform: Platform): Blueprint<CoolifyDetails> {
  const has = coolifySizes[size];
  const location = locationOf(platform.region);
  const plan = planIn(location);
  const priced = pricesIn(locations[location]);
  const { storedGb } = assumedUse[size];
  const capabilities = {
    network: plan("Hetzner private network", "firewall, placement group", 1, [], {
      zone: locations[location],
      location,
    }),
    secrets: plan("Pulumi secrets, Coolify variables", "encrypted", 1, [], {
      keptIn: "the stack's state, encrypted" as const,
    }),
    dns: plan("Cloudflare DNS", "proxied", 1, [], { proxied: true as const }),
    storage: plan(
      "Cloudflare R2",
      "S3-compatible",
      1,
      spec.storage ? [atUse("objects", stored, storedGb, "GB")] : [],
      {
        buckets: Object.keys(spec.storage?.buckets ?? {}),
      },
    ),
    database: plan(
      "PostgreSQL 17 on Coolify",
      `${has.database.memoryMb} MB, ${has.database.cpus} CPU`,
      1,
      [priced.volume(has.database.volumeGb)],
      has.database,
      [{ what: "database size", value: has.database.volumeGb, unit: "GB" }],
      promise,
    ),
    backup: plan(
      "Coolify dumps to R2",
      "every six hours",
      1,
      spec.database ? [part("dumps, at most", dumped, spec.database.expectedGb * dumpsKept)] : [],
      // six hours, and what a dump may take
      { schedule: "0 */6 * * *", keepDays: promise.retentionDays, maxAgeHours: 7 },
      [{ what: "kept", value: promise.retentionDays, unit: "days" }],
      promise,
    ),
    cache: plan(
      has.cache.product === "redis" ? "Redis 8 on Coolify" : "Dragonfly on Coolify",
      `${has.cache.memoryMb} MB`,
      1,
      [],
      has.cache,
      [{ what: "memory", value: has.cache.memoryMb, unit: "MB" }],
    ),
    realtime: plan("pub/sub of the cache", "shared", 1, [], { channel: "redis" as const }),
    auth: plan("signed sessions of the app", "HS256", 1, [], {
      rateLimitPerMinute: spec.auth.rateLimitPerMinute,
    }),
    app: plan(
      "Coolify application",
      `${has.app.memoryMb} MB, ${has.app.cpus} CPU`,
      has.apps?.count ?? 1,
      [...priced.servers(has.control, 1), ...(has.apps ? priced.servers(has.apps.type, has.apps.count) : [])],
      { ...has.app, servers: has },
    ),
    edge: plan(
      has.apps ? "Hetzner load balancer" : "Traefik on the server",
      has.apps?.loadBalancer ?? "Let's Encrypt",
      1,
      has.apps ? [priced.balancer(has.apps.loadBalancer)] : [],
      { loadBalancer: has.apps?.loadBalancer },
    ),
    cdn: plan("Cloudflare", "cache rules, firewall, rate limit", 1, [], {
      requestsPerTenSeconds: Math.max(20, Math.ceil(spec.auth.rateLimitPerMinute / 6)),
    }),
    jobs: plan("Coolify scheduled tasks", `${Object.keys(spec.jobs).length} schedules`, 1, [], {
      schedules: spec.jobs,
    }),
    alerts: plan("Coolify notifications", "disk, deployments, backups", 1, [], { diskWarningPercent: 80 }),
  };
  return blueprintOf(spec, "hetzner-coolify", size, capabilities, promise, losses(spec, has));
}

/** @throws DiagnosticsError for a place that Hetzner is not at */
export function locationOf(region: string | undefined): Location {
  if (region === undefined) return "fsn1";
  if (region in locations) return region as Location; // it is a key of it
  throw new DiagnosticsError([
    {
      what: "Hetzner has no such location",
      where: { file: stackSettings, key: "config.rung:region" },
      found: region,
      allowed: Object.keys(locations).join(", "),
    },
  ]);
}

function losses(spec: Spec, has: CoolifySize): Loss[] {
  const found: Loss[] = [
    {
      capability: "database",
      what: "no point-in-time recovery, and no standby: a dump is what there is",
      instead: "aws-ecs",
    },
    {
      capability: "alerts",
      what: "no thresholds on latency and errors; Coolify tells of disk, deployments and backups",
    },
    ...ofObjectives(spec, promise, { capability: "backup", by: "a dump comes back", instead: "aws-ecs" }),
  ];
  if (!has.apps) {
    found.push({
      capability: "app",
      what: "one server: while it restarts, nothing answers",
      instead: "size large",
    });
  }
  return found;
}
