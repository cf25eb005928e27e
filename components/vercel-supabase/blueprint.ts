import { planIn } from "../kit/plan.ts";
import { type Blueprint, blueprintOf, type RecoveryPromise } from "../model/blueprint.ts";
import type { Platform } from "../model/platform.ts";
import { atUse, costOf, type PricePart, part, running } from "../model/price.ts";
import type { Spec } from "../model/spec.ts";
import { assumedUse, type Usage } from "../model/usage.ts";
import type { Size } from "../model/words.ts";
import type { Region } from "../providers/supabase/provider/regions.ts";
import { onceADay } from "./cron.ts";
import { lossesOf, mustBeCarried } from "./losses.ts";
import { machine, rates } from "./prices.ts";
import { placeOf } from "./regions.ts";
import { type VercelSize, vercelSizes } from "./sizes.ts";

/** What each capability's component needs beyond the spec. */
export interface VercelDetails {
  network: { readonly cidrs: readonly string[] };
  secrets: { readonly keptIn: "the stack's state, encrypted" };
  dns: { readonly domain: string | undefined };
  storage: { readonly buckets: readonly string[]; readonly fileMb: number };
  database: VercelSize["database"] & { readonly region: Region; readonly replicaRegions: readonly Region[] };
  backup: VercelSize["backup"] & { readonly schedule: string };
  cache: VercelSize["cache"] & { readonly region: string; readonly evict: boolean };
  realtime: { readonly channel: "redis" };
  auth: { readonly rateLimitPerMinute: number };
  app: VercelSize["app"] & { readonly regions: readonly string[]; readonly plan: VercelSize["plan"] };
  edge: { readonly bots: boolean };
  cdn: { readonly maxAgeSeconds: number };
  jobs: { readonly crons: readonly { readonly path: string; readonly schedule: string }[] };
  alerts: { readonly webhooks: readonly string[] };
}

/** At night where most of the regions are; not at a full hour, when everybody's runs. */
const dumpSchedule = "17 3 * * *";

/**
 * The plan for one spec and size on Vercel, Supabase and Upstash, dumps at Cloudflare. Pure.
 * @throws DiagnosticsError for a region or a need that the stage cannot carry, naming the stages that can
 */
export function vercelBlueprint(spec: Spec, size: Size, platform: Platform): Blueprint<VercelDetails> {
  const place = placeOf(platform.region);
  mustBeCarried(spec);
  const has = vercelSizes[size];
  const free = has.plan === "free";
  const plan = planIn(place.region);
  const promise = promiseOf(has);
  const replicaRegions = [place.region, ...place.near].slice(0, has.database.replicas);
  const capabilities = {
    network: plan(
      "Supabase network restrictions",
      cidrsOf(platform).open ? "open, TLS enforced" : "closed",
      1,
      [],
      {
        cidrs: cidrsOf(platform).cidrs,
      },
    ),
    secrets: plan("Pulumi secrets, Vercel sensitive variables", "encrypted", 1, [], {
      keptIn: "the stack's state, encrypted" as const,
    }),
    dns: plan("Vercel domain", platform.domain ? "own name" : "vercel.app", 1, [], {
      domain: platform.domain,
    }),
    storage: plan(
      "Supabase Storage",
      "S3-compatible",
      1,
      free || !spec.storage ? [] : [atUse("objects", rates.objects, assumedUse[size].storedGb, "GB")],
      { buckets: Object.keys(spec.storage?.buckets ?? {}), fileMb: has.fileMb },
      [
        { what: "stored without further cost", value: free ? 1 : 100, unit: "GB" },
        { what: "one upload through the app", value: 4.5, unit: "MB" },
      ],
    ),
    database: plan(
      "Supabase PostgreSQL 17 + Supavisor",
      has.database.compute ?? "nano (free)",
      1 + replicaRegions.length,
      databaseParts(has, spec, replicaRegions.length),
      { ...has.database, region: place.region, replicaRegions },
      [
        { what: free ? "database size" : "recommended database size", value: has.database.gb, unit: "GB" },
        { what: "connections to the pooler", value: has.database.clients },
      ],
      promise,
    ),
    backup: plan(
      has.backup.pitrDays
        ? "Supabase PITR, dumps to R2"
        : free
          ? "dumps to R2"
          : "Supabase daily backups, dumps to R2",
      "encrypted, off-site, by GitHub Actions",
      1,
      backupParts(has, spec),
      { ...has.backup, schedule: dumpSchedule },
      [{ what: "dumps kept", value: has.backup.dumps, unit: "days" }],
      promise,
    ),
    cache: plan(
      "Upstash Redis",
      free ? "free, 256 MB" : has.cache.prodPack ? "pay as you go, Prod Pack" : "pay as you go",
      1 + has.cache.readRegions,
      cacheParts(has),
      { ...has.cache, region: place.upstash, evict: spec.cache?.policy !== "keep" },
      free
        ? [
            { what: "commands a month", value: 500_000 },
            { what: "memory", value: 256, unit: "MB" },
          ]
        : [],
    ),
    realtime: plan("pub/sub of the cache", "shared", 1, [], { channel: "redis" as const }),
    auth: plan("signed sessions of the app; Supabase's log-in shut", "HS256", 1, [], {
      rateLimitPerMinute: spec.auth.rateLimitPerMinute,
    }),
    app: plan(
      free ? "Vercel Hobby" : "Vercel Pro",
      `function, ${has.app.memoryMb} MB, ${has.app.cpu}`,
      1,
      free ? [] : functionParts(assumedUse[size]),
      { ...has.app, regions: [place.vercel], plan: has.plan },
      [{ what: "one request", value: has.app.maxSeconds, unit: "s" }],
    ),
    edge: plan("Vercel firewall", free ? "rate limit" : "rate limit, bot protection", 1, [], { bots: !free }),
    cdn: plan("Vercel's CDN", "all regions", 1, [], { maxAgeSeconds: spec.cdn?.maxAgeSeconds ?? 0 }),
    jobs: plan("Vercel cron", free ? "once a day" : "to the minute", Object.keys(spec.jobs).length, [], {
      crons: Object.values(spec.jobs).map(({ path, schedule }) => ({
        path,
        schedule: free ? onceADay(schedule) : schedule,
      })),
    }),
    alerts: plan("Vercel webhooks", "failed deployments", 1, [], {
      webhooks: free ? [] : spec.alerts.notify.filter((to) => /^https?:/.test(to)),
    }),
  };
  return blueprintOf(
    spec,
    "vercel-supabase",
    size,
    capabilities,
    promise,
    lossesOf(spec, has, platform, place, promise),
  );
}

/** What a restore takes from each of what is kept, and what it may lack (supabase.com/docs, backups, 2026-11). */
function promiseOf({ plan, backup }: VercelSize): RecoveryPromise {
  if (backup.pitrDays) {
    return {
      rtoMinutes: 120,
      rpoMinutes: 2,
      by: "PITR, WAL sent away every two minutes",
      retentionDays: backup.pitrDays,
    };
  }
  const by = plan === "free" ? "a dump a day to R2" : "a backup a day by Supabase, a dump a day to R2";
  return { rtoMinutes: 240, rpoMinutes: 1440, by, retentionDays: backup.dumps };
}

/** Who may connect to the database: without static addresses of the app's there is no telling who that is. */
export function cidrsOf({ egressCidrs, adminCidrs }: Platform): { open: boolean; cidrs: readonly string[] } {
  if (!egressCidrs) return { open: true, cidrs: ["0.0.0.0/0", "::/0"] };
  return { open: false, cidrs: [...egressCidrs, ...(adminCidrs ?? [])] };
}

/** A function's CPU a request, ms: what the same app took in workerd (`components/cloudflare-edge/sizes.ts`, 2026-11-21). */
const requestCpuMs = 7;
/** What Vercel Pro includes of its usage a month (vercel.com/pricing, 2026-04). */
const creditUsd = 20;

/** The plan, and what is used beyond its credit: all requests are taken to reach the function. */
function functionParts({ requests, outGb }: Usage): PricePart[] {
  const used = [
    atUse("requests", rates.vercelRequests, requests, "million"),
    atUse("calls of the function", rates.vercelCalls, requests, "million"),
    part(`CPU, at ${requestCpuMs} ms a call`, rates.vercelCpu, (requests * 1e6 * requestCpuMs) / 3_600_000),
    atUse("to browsers", rates.vercelTraffic, outGb, "GB"),
  ];
  const worth = used.reduce((sum, one) => sum + (costOf(one) ?? 0), 0);
  return [
    part("Vercel Pro", rates.vercelPro, 1),
    ...used,
    part("credit of the plan, at most what is used", rates.vercelCredit, Math.min(creditUsd, worth)),
    part("memory of the instances, by how long they live", rates.vercelMemory, 1),
  ];
}

function databaseParts(has: VercelSize, spec: Spec, replicas: number): PricePart[] {
  const { compute } = has.database;
  if (!compute) return [];
  const gb = spec.database?.expectedGb ?? 0;
  return [
    has.supabase === "Team"
      ? part("Supabase Team", rates.supabaseTeam, 1)
      : part("Supabase Pro", rates.supabasePro, 1),
    running(`compute ${compute}`, machine(compute), 1),
    part("compute credits", rates.computeCredits, 1),
    ...(replicas > 0 ? [running(`read replicas, ${compute}`, machine(compute), replicas)] : []),
    ...Array.from({ length: 1 + replicas }, (_, copy) =>
      part(copy === 0 ? "database disk" : `disk of replica ${copy}`, rates.databaseDisk, gb),
    ),
  ];
}

function backupParts({ backup, database, plan }: VercelSize, spec: Spec): PricePart[] {
  const pitr = { 7: rates.pitr7, 28: rates.pitr28 };
  // At the most: compressed, a dump is smaller than the database.
  const gb = Math.min(spec.database?.expectedGb ?? 0, database.gb) * backup.dumps;
  return [
    ...(backup.pitrDays ? [running(`PITR, ${backup.pitrDays} days`, pitr[backup.pitrDays], 1)] : []),
    ...(plan === "paid" ? [part("dumps in R2, at most", rates.r2, gb)] : []),
  ];
}

function cacheParts({ cache }: VercelSize): PricePart[] {
  return [
    ...(cache.budgetUsd ? [part("Upstash commands, at most", rates.upstashBudget, cache.budgetUsd)] : []),
    ...(cache.prodPack ? [part("Upstash Prod Pack", rates.upstashProdPack, 1)] : []),
  ];
}
