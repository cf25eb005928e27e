import { z } from "zod";
import { duration } from "./duration.ts";
import { parseOrThrow } from "./fromZod.ts";
import { packNames } from "./packNames.ts";

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/, "3 to 32 of a-z, 0-9 and -, starting with a letter");
const path = z.string().regex(/^\/[A-Za-z0-9/_-]*$/, 'a path that starts with "/"');
const field = (min: number, max: number) => `(\\*|[${min}-${max}]|\\d{1,2})([-/,]\\d{1,2})*(/\\d{1,2})?`;
const cron = z
  .string()
  .regex(
    new RegExp(`^(\\*|\\d{1,2})([-/,]\\d{1,2})*( ${field(0, 9)}){4}$`),
    'five cron fields in UTC, such as "0 2 * * *"',
  );

/** Each job is an HTTP call to a path of the app, made on schedule with the cron secret. */
const job = z.strictObject({
  schedule: cron.describe("Five cron fields, UTC."),
  path: path.describe("The path of the app that is called."),
});

const bucket = z.strictObject({
  versioned: z.boolean().default(false).describe("Keep earlier versions of an object."),
  expireDays: z.int().min(1).max(3650).optional().describe("Delete objects after so many days."),
});

/** What an app needs, whatever the stage. The one definition: type, check and docs come from it. */
export const specSchema = z.strictObject({
  name: name.describe("The app's name; part of the name of everything made for it."),
  container: z
    .strictObject({
      port: z.int().min(1024).max(65535).default(3000).describe("Where the app listens."),
      health: z
        .strictObject({
          live: path.default("/api/health").describe("Answers 200 while the process works."),
          ready: path.default("/api/ready").describe("Answers 200 when the app can serve."),
        })
        .prefault({}),
      drainSeconds: z.int().min(0).max(60).default(3).describe("How long it serves on after SIGTERM."),
    })
    .prefault({}),
  database: z
    .strictObject({
      engine: z.literal(["postgresql", "sqlite"]).default("postgresql"),
      version: z.literal([16, 17]).default(17).describe("Major version of PostgreSQL."),
      compatibleWith: z
        .array(z.literal(["postgresql", "sqlite"]))
        .default([])
        .describe("Other engines that the app's SQL also runs on."),
      extensions: z.array(z.literal(["pgcrypto", "pg_trgm", "vector", "pg_cron"])).default([]),
      pool: z
        .strictObject({
          mode: z.literal(["transaction", "session"]).default("transaction"),
          perReplica: z
            .int()
            .min(1)
            .max(200)
            .default(10)
            .describe("Connections a replica may open to the pooler."),
        })
        .prefault({}),
      expectedGb: z.number().positive().max(100_000).default(1).describe("Data expected within a year, GB."),
      archive: z
        .strictObject({
          keepMonths: z
            .int()
            .min(3)
            .max(120)
            .describe("Whole months of events that stay in the database, besides the one that is now."),
          schedule: cron.default("30 4 * * *").describe("When those before them go. Five cron fields, UTC."),
        })
        .optional()
        .describe("Old months of events go to object storage by themselves; left out: nothing goes."),
    })
    .optional(),
  cache: z
    .strictObject({
      policy: z.literal(["evict", "keep"]).default("evict").describe("What happens when it is full."),
    })
    .optional(),
  cdn: z
    .strictObject({
      maxAgeSeconds: z
        .int()
        .min(0)
        .max(31_536_000)
        .default(3600)
        .describe("The longest a copy is kept at the edge."),
    })
    .optional(),
  storage: z
    .strictObject({
      buckets: z.record(name, bucket).refine((b) => Object.keys(b).length > 0, "at least one bucket"),
    })
    .optional(),
  jobs: z.record(name, job).default({}),
  realtime: z.boolean().default(false).describe("Server-sent events over publish and subscribe."),
  auth: z
    .strictObject({
      sessionHours: z.int().min(1).max(720).default(24),
      rateLimitPerMinute: z
        .int()
        .min(10)
        .max(100_000)
        .default(600)
        .describe("Requests a client address may make."),
      corsOrigins: z.array(z.url()).default([]).describe("Other origins that browsers may call from."),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      databaseSizePercent: z.number().min(1).max(100).default(80),
      p95Seconds: z.number().positive().max(60).default(1),
      errorRatePercent: z.number().positive().max(100).default(1),
      notify: z
        .array(z.union([z.email(), z.url()]))
        .default([])
        .describe("Mail addresses and webhooks."),
    })
    .prefault({}),
  objectives: z
    .strictObject({
      rto: duration.default("4h").describe("How long a recovery may take."),
      rpo: duration.default("24h").describe("How much of the newest data a recovery may lose."),
      drillEvery: duration
        .default("30d")
        .describe("How old the last good restore drill may be when production is changed."),
      watchAfterMove: duration
        .default("48h")
        .describe("How long a move to another stage can be rolled back after its cutover."),
    })
    .prefault({}),
  residency: z
    .array(z.literal(["eu", "us", "uk", "ap"]))
    .default([])
    .describe("Where data may be kept; empty: anywhere."),
  compliance: z
    .array(z.literal(packNames))
    .default([])
    .describe("What every stack is held to; rung:compliance adds to it."),
});

export type Spec = z.output<typeof specSchema>;
/** What a person writes in `app/spec.ts`: all that has a default may be left out. */
export type SpecInput = z.input<typeof specSchema>;

/** The file that errors point at. */
export const specFile = "app/spec.ts";

/**
 * Checks a spec and fills in its defaults.
 * @throws DiagnosticsError naming every key that is wrong
 */
export function defineSpec(input: SpecInput): Spec {
  return parseOrThrow(specSchema, input, specFile);
}
