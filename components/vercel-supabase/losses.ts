import type { Loss, RecoveryPromise } from "../model/blueprint.ts";
import { type Diagnostic, DiagnosticsError } from "../model/diagnostics.ts";
import { ofObjectives, ofResidency } from "../model/losses.ts";
import type { Platform } from "../model/platform.ts";
import { type Spec, specFile } from "../model/spec.ts";
import { onceADay } from "./cron.ts";
import type { placeOf } from "./regions.ts";
import { type VercelSize, vercelSizes } from "./sizes.ts";

/**
 * Needs that no size of this stage can meet.
 * @throws DiagnosticsError with every one of them, naming the stages that can
 */
export function mustBeCarried(spec: Spec): void {
  const { database } = spec;
  const problems: Diagnostic[] = [];
  const refuse = (key: string, what: string, found: string, others: string) =>
    problems.push({
      what,
      where: { file: specFile, key },
      found,
      mend: `choose a stage that carries it: ${others}`,
    });
  if (database?.engine === "sqlite") {
    refuse("database.engine", "vercel-supabase has PostgreSQL alone", "sqlite", "cloudflare-edge");
  }
  if (database?.version === 16) {
    refuse(
      "database.version",
      "Supabase makes new projects with PostgreSQL 17",
      "16",
      "local, hetzner-coolify, aws-ecs, aws-eks",
    );
  }
  const most = vercelSizes.xlarge.database.gb;
  if (database && database.expectedGb > most) {
    refuse(
      "database.expectedGb",
      `vercel-supabase carries up to ${most} GB`,
      `${database.expectedGb} GB`,
      "aws-ecs, aws-eks",
    );
  }
  if (problems.length > 0) throw new DiagnosticsError(problems);
}

type Place = ReturnType<typeof placeOf>;

/** What the spec asks for, or would like, and does not get here. */
export function lossesOf(
  spec: Spec,
  has: VercelSize,
  platform: Platform,
  place: Place,
  promise: RecoveryPromise,
): Loss[] {
  return [
    ...(has.plan === "free" ? ofFreePlans(spec) : []),
    ...ofData(spec, has, platform, place, promise),
    ...ofServing(spec),
  ];
}

function ofFreePlans(spec: Spec): Loss[] {
  const more = Object.entries(spec.jobs).filter(([, { schedule }]) => onceADay(schedule) !== schedule);
  const instead = "size medium";
  return [
    {
      capability: "database",
      what: "paused after a week without use: the first request finds no database until someone restores it",
      instead,
    },
    {
      capability: "database",
      what: `500 MB, then read-only; the spec expects ${spec.database?.expectedGb ?? 0} GB within a year`,
      instead,
    },
    {
      capability: "backup",
      what: "no recovery to a point in time, no backups by Supabase: the daily dump is all",
      instead,
    },
    { capability: "storage", what: "1 GB of files, 5 GB of traffic a month", instead },
    { capability: "cache", what: "256 MB, 500,000 commands a month", instead },
    {
      capability: "app",
      what: "Vercel's Hobby plan is for personal, non-commercial use, with limits instead of a bill",
      instead,
    },
    {
      capability: "jobs",
      what: `once a day at most, at some minute of the hour${
        more.length > 0 ? `: ${more.map(([name]) => name).join(", ")} would come more often` : ""
      }`,
      instead,
    },
  ];
}

function ofData(
  spec: Spec,
  has: VercelSize,
  { egressCidrs }: Platform,
  place: Place,
  promise: RecoveryPromise,
): Loss[] {
  const losses: Loss[] = [];
  if (!egressCidrs) {
    losses.push({
      capability: "network",
      what: "the database's port is open to all addresses, behind TLS and a password: functions have none of their own",
      instead: "Vercel's Static IPs and rung:egressCidrs, or aws-ecs",
    });
  }
  if (has.plan === "paid" && !has.backup.pitrDays) {
    losses.push({
      capability: "backup",
      what: "no recovery to a point in time: up to a day is lost",
      instead: "size large",
    });
  }
  if (has.plan === "paid" && (spec.database?.expectedGb ?? 0) > has.database.gb) {
    losses.push({
      capability: "database",
      what: `the machine is recommended for ${has.database.gb} GB; the spec expects ${spec.database?.expectedGb} GB`,
      instead: "the next size",
    });
  }
  losses.push(
    ...ofObjectives(spec, promise, {
      capability: "backup",
      by: "here it comes back",
      instead: has.backup.pitrDays ? "aws-ecs" : "size large, or aws-ecs",
    }),
  );
  if (has.database.replicas > 0) {
    losses.push({
      capability: "database",
      what: "read replicas take nothing off the app, which reads from the primary, and none becomes it by itself",
      instead: "aws-ecs",
    });
  }
  if (has.database.replicas > 1 + place.near.length) {
    losses.push({
      capability: "database",
      what: `fewer read replicas: ${place.region} has no further region in its jurisdiction`,
    });
  }
  const here = [{ name: place.region, jurisdiction: place.jurisdiction }];
  losses.push(...ofResidency(spec, here, "another rung:region"));
  const kept = Object.entries(spec.storage?.buckets ?? {}).filter(
    ([, { versioned, expireDays }]) => versioned || expireDays !== undefined,
  );
  if (kept.length > 0) {
    losses.push({
      capability: "storage",
      what: `no versions of objects, no expiry, no backup of files: ${kept.map(([name]) => name).join(", ")}`,
      instead: "aws-ecs",
    });
  }
  return losses;
}

function ofServing(spec: Spec): Loss[] {
  return [
    { capability: "storage", what: "an upload through the app is 4.5 MB at most: a function takes no more" },
    ...(spec.realtime
      ? [
          {
            capability: "realtime" as const,
            what: "a live stream is ended after four minutes, and the page comes again; each open one holds an instance",
            instead: "aws-ecs, cloudflare-edge",
          },
        ]
      : []),
    {
      capability: "alerts",
      what: "no thresholds on database size, latency and errors: failed deployments alone are told, from size medium on",
      instead: "aws-ecs",
    },
  ];
}
