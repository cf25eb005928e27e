import { planIn } from "../kit/plan.ts";
import { type Blueprint, blueprintOf, type RecoveryPromise } from "../model/blueprint.ts";
import type { Platform } from "../model/platform.ts";
import { type PricePart, part } from "../model/price.ts";
import type { Spec } from "../model/spec.ts";
import type { Size } from "../model/words.ts";
import { triggersOf } from "./crons.ts";
import { demandCarried, jurisdictionOf, locationOf } from "./limits.ts";
import { losses } from "./losses.ts";
import { rates } from "./prices.ts";
import {
  type EdgeSize,
  edgeSizes,
  type Jurisdiction,
  type Location,
  largestExportGb,
  requestCpuMs,
} from "./sizes.ts";

/** What each capability's component needs beyond the spec. There is no network: Workers have none of their own. */
export interface EdgeDetails {
  secrets: { readonly keptIn: "secret bindings of the Worker" };
  dns: { readonly customDomain: true };
  storage: { readonly buckets: NonNullable<Spec["storage"]>["buckets"] } & Place;
  database: EdgeSize["database"] & Place;
  backup: EdgeSize["export"];
  cache: Place;
  realtime: { readonly object: "Live" };
  auth: { readonly rateLimitPerMinute: number };
  app: Pick<EdgeSize, "workers" | "cpuMs" | "bundleMb" | "smartPlacement">;
  edge: { readonly tls: string };
  cdn: { readonly requestsPerTenSeconds: number; readonly managedRules: boolean };
  jobs: { readonly triggers: Readonly<Record<string, readonly string[]>>; readonly queue: boolean };
  alerts: { readonly emails: readonly string[]; readonly webhooks: readonly string[] };
}

/** Where data is put: promised, or only asked for. */
export interface Place {
  readonly jurisdiction: Jurisdiction | undefined;
  readonly location: Location | undefined;
}

/** Time Travel goes back to any minute; a restore is one command and takes minutes (d1/reference/time-travel). */
const promised = ({ database }: EdgeSize): RecoveryPromise => ({
  rtoMinutes: 30,
  rpoMinutes: 1,
  by: "D1 Time Travel to any minute, exports to R2",
  retentionDays: database.retentionDays,
});

/**
 * The plan for one spec and size at Cloudflare's edge. Pure. Prices are for the use that `sizes.ts` takes a size to
 * have; on the free plan nothing is charged.
 * @throws DiagnosticsError for what D1, Workers or their regions cannot carry, naming the stages that can
 */
export function edgeBlueprint(spec: Spec, size: Size, platform: Platform): Blueprint<EdgeDetails> {
  const has = edgeSizes[size];
  demandCarried(spec, size, platform);
  const place: Place = { jurisdiction: jurisdictionOf(spec), location: locationOf(platform.region) };
  const plan = planIn(place.jurisdiction ?? place.location ?? "nearest to the first user");
  const promise = promised(has);
  const isPaid = has.workers === "paid";
  const { usage } = has;
  const beyond = (what: string, units: number, rate: keyof typeof rates): PricePart =>
    part(what, rates[rate], units);
  const used = (...line: Parameters<typeof beyond>): PricePart[] => (isPaid ? [beyond(...line)] : []);
  const triggers = triggersOf(spec.jobs);
  const capabilities = {
    secrets: plan("secret bindings", "encrypted, write-only", 1, [], {
      keptIn: "secret bindings of the Worker" as const,
    }),
    dns: plan("Cloudflare DNS", "custom domain", 1, [], { customDomain: true as const }),
    storage: plan(
      "R2",
      "private, by binding",
      1,
      [
        ...used("objects", usage.storedGb, "stored"),
        ...used("uploads", usage.uploads, "storedWrites"),
        ...used("downloads", usage.downloads, "storedReads"),
      ],
      { buckets: spec.storage?.buckets ?? {}, ...place },
      isPaid ? [] : [{ what: "objects of the account", value: 10, unit: "GB" }],
    ),
    database: plan(
      "D1 (SQLite)",
      has.database.replicas ? "read replicas" : "one region",
      1,
      [
        ...used("rows read", usage.rowsRead, "rowsRead"),
        ...used("rows written", usage.rowsWritten, "rowsWritten"),
        ...used("database", spec.database?.expectedGb ?? 0, "database"),
      ],
      { ...has.database, ...place },
      [
        { what: "database size", value: has.database.maxGb, unit: "GB" },
        ...(isPaid
          ? []
          : [
              { what: "rows read a day", value: 5_000_000 },
              { what: "rows written a day", value: 100_000 },
            ]),
      ],
      promise,
    ),
    backup: plan(
      "D1 Time Travel, exports to R2",
      `exported ${has.export.often}`,
      1,
      [],
      has.export,
      [
        { what: "Time Travel", value: has.database.retentionDays, unit: "days" },
        { what: "exports kept", value: has.export.keepDays, unit: "days" },
        { what: "one export", value: largestExportGb, unit: "GB" },
      ],
      promise,
    ),
    cache: plan(
      "Workers KV, Durable Objects",
      "values in KV, counters in objects",
      1,
      [
        ...used("values read", usage.kvReads, "kvReads"),
        ...used("values written", usage.kvWrites, "kvWrites"),
      ],
      place,
      isPaid ? [] : [{ what: "values written a day", value: 1000 }],
    ),
    realtime: plan(
      "Durable Object",
      "one a user, sleeping",
      1,
      used("requests to objects", usage.objectRequests, "objects"),
      { object: "Live" as const },
    ),
    auth: plan("signed sessions of the app", "HS256", 1, [], {
      rateLimitPerMinute: spec.auth.rateLimitPerMinute,
    }),
    app: plan(
      "Worker",
      isPaid ? `${has.cpuMs} ms CPU a request` : "free plan",
      1,
      isPaid
        ? [
            beyond("Workers Paid", 1, "workersPaid"),
            beyond("requests", usage.requests, "requests"),
            beyond("CPU", usage.requests * requestCpuMs, "cpu"),
          ]
        : [],
      {
        workers: has.workers,
        cpuMs: has.cpuMs,
        bundleMb: has.bundleMb,
        smartPlacement: has.smartPlacement,
      },
      [
        { what: "CPU a request", value: has.cpuMs, unit: "ms" },
        { what: "code, compressed", value: has.bundleMb, unit: "MB" },
        ...(isPaid ? [] : [{ what: "requests a day", value: 100_000 }]),
      ],
    ),
    edge: plan("Cloudflare's network", "TLS 1.2 and up", 1, [], { tls: "1.2" }),
    cdn: plan(
      "data centres' cache, WAF",
      has.zone === "pro" ? "managed rules, rate limit" : "free managed rules, rate limit",
      1,
      has.zone === "pro" ? [beyond("zone on Pro", 1, "zonePro")] : [],
      {
        requestsPerTenSeconds: Math.max(20, Math.ceil(spec.auth.rateLimitPerMinute / 6)),
        managedRules: has.zone === "pro",
      },
    ),
    jobs: plan(
      has.queue ? "cron triggers, Queue" : "cron triggers",
      `${Object.keys(triggers).length} triggers`,
      1,
      // Written, read and deleted; some thousand runs a month.
      has.queue ? [beyond("queue", 0.003, "queue")] : [],
      { triggers, queue: has.queue },
      [{ what: "triggers of the account", value: has.cronTriggers }],
    ),
    alerts: plan("Cloudflare notifications", "incidents, certificates, attacks", 1, [], {
      emails: spec.alerts.notify.filter((to) => !to.startsWith("http")),
      webhooks: has.zone === "pro" ? spec.alerts.notify.filter((to) => to.startsWith("http")) : [],
    }),
  };
  return blueprintOf(spec, "cloudflare-edge", size, capabilities, promise, losses(spec, has, promise));
}
