import type { Loss, RecoveryPromise } from "../model/blueprint.ts";
import { ofObjectives } from "../model/losses.ts";
import type { Spec } from "../model/spec.ts";
import { type EdgeSize, largestExportGb } from "./sizes.ts";

/** What the spec asks for, or other stages give, and this one does not. */
export function losses(spec: Spec, has: EdgeSize, promise: RecoveryPromise): Loss[] {
  return [
    ...ofDatabase(spec, has),
    ...ofPlan(spec, has),
    ...ofStorage(spec),
    ...ofBackup(spec, promise),
    ...(spec.cache
      ? [
          {
            capability: "cache" as const,
            what: "what is written is seen elsewhere within a minute: a session that ends may last as long",
          },
        ]
      : []),
    {
      capability: "alerts",
      what: "no thresholds on latency, errors or the database's size; Cloudflare tells of incidents, certificates and attacks",
      instead: "aws-ecs",
    },
    ...ofNotify(spec, has),
  ];
}

function ofDatabase({ database }: Spec, { workers, database: has }: EdgeSize): Loss[] {
  if (!database) return [];
  const found: Loss[] = [
    {
      capability: "database",
      what: "SQLite: one write at a time, and no roles or row-level security beneath the app's own care",
      instead: "vercel-supabase",
    },
    {
      capability: "backup",
      what: "while the database is exported, it does not answer",
    },
  ];
  if (database.extensions.length > 0) {
    found.push({
      capability: "database",
      what: `no extensions of PostgreSQL: ${database.extensions.join(", ")}`,
      instead: "vercel-supabase",
    });
  }
  if (database.expectedGb > has.maxGb) {
    found.push({
      capability: "database",
      what: `${has.maxGb} GB on the ${workers} plan, where ${database.expectedGb} are expected within a year: writes fail then`,
      instead: "size medium",
    });
  }
  return found;
}

function ofPlan(_: Spec, { workers }: EdgeSize): Loss[] {
  if (workers === "paid") return [];
  return [
    {
      capability: "app",
      what: "the free plan stops at 100,000 requests a day and 10 ms of CPU each, until midnight UTC",
      instead: "size medium",
    },
    {
      capability: "cache",
      what: "1,000 values a day are written; after that insights are made anew each time",
      instead: "size medium",
    },
    {
      capability: "jobs",
      what: "a job that fails is not tried again before its next time",
      instead: "size medium",
    },
  ];
}

function ofStorage({ storage }: Spec): Loss[] {
  return Object.entries(storage?.buckets ?? {})
    .filter(([, { versioned }]) => versioned)
    .map(([name]) => ({
      capability: "storage" as const,
      what: `R2 keeps no earlier versions of objects in "${name}"`,
      instead: "aws-ecs",
    }));
}

function ofBackup(spec: Spec, promise: RecoveryPromise): Loss[] {
  const { database } = spec;
  if (!database) return [];
  const found: Loss[] = [
    {
      capability: "backup",
      what: "exports stay in the same Cloudflare account as the data",
      instead: "copy them out by R2's S3 interface",
    },
  ];
  if (database.expectedGb > largestExportGb) {
    found.push({
      capability: "backup",
      what: `an export is one file of at most ${largestExportGb} GB, where ${database.expectedGb} are expected within a year: Time Travel alone is left then`,
      instead: "aws-ecs",
    });
  }
  found.push(
    ...ofObjectives(spec, promise, { capability: "backup", by: "Time Travel goes back", instead: "aws-ecs" }),
  );
  return found;
}

function ofNotify({ alerts }: Spec, { zone }: EdgeSize): Loss[] {
  const webhooks = alerts.notify.filter((to) => to.startsWith("http"));
  if (zone === "pro" || webhooks.length === 0) return [];
  return [
    { capability: "alerts", what: "webhooks are told from the zone's Pro plan on", instead: "size large" },
  ];
}
