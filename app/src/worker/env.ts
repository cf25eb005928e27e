import type {
  AnalyticsEngineDataset,
  D1Database,
  DurableObjectNamespace,
  ExecutionContext,
  KVNamespace,
  Queue,
  R2Bucket,
} from "@cloudflare/workers-types";
import { z } from "zod";
import { BindingsError, bindingsSchema } from "../bindings.ts";

const crons = z.record(z.string(), z.array(z.string().startsWith("/")).min(1));

/** What the Worker is told as text: of the app's bindings those that mean something here, and two of its own. */
export const workerBindingsSchema = bindingsSchema
  .pick({
    APP_NAME: true,
    APP_STACK: true,
    APP_STAGE: true,
    APP_SIZE: true,
    APP_VERSION: true,
    PUBLIC_URL: true,
    LOG_LEVEL: true,
    AUTH_SECRET: true,
    CRON_SECRET: true,
    CORS_ORIGINS: true,
    RATE_LIMIT_PER_MINUTE: true,
  })
  .extend({
    SCHEDULES: z
      .string()
      .default("{}")
      .transform((text): unknown => JSON.parse(text))
      .pipe(crons)
      .describe("Which paths each cron trigger calls: JSON."),
    JURISDICTION: z
      .literal(["eu", "us"])
      .optional()
      .describe("Where Durable Objects must be; left out: anywhere."),
  });

export type WorkerBindings = z.output<typeof workerBindingsSchema>;

/** Cloudflare's own services, as they are bound to the Worker (`components/cloudflare-edge/app.ts`). */
export interface Platform {
  readonly DATABASE: D1Database;
  readonly CACHE: KVNamespace;
  readonly UPLOADS: R2Bucket;
  readonly LIVE: DurableObjectNamespace;
  readonly COUNTERS: DurableObjectNamespace;
  /** Where there is one, jobs go through it and are tried again. */
  readonly JOBS?: Queue<Job>;
  readonly METRICS?: AnalyticsEngineDataset;
}

/** A job of the spec: the path that is called. */
export interface Job {
  readonly path: string;
}

export type Env = Platform & Readonly<Record<string, unknown>>;
export type Execution = Pick<ExecutionContext, "waitUntil">;

/** Read once: an isolate's environment never changes. */
let read: { readonly of: Env; readonly bindings: WorkerBindings } | undefined;

/** @throws BindingsError naming every text that is missing or wrong */
export function readWorkerBindings(env: Env): WorkerBindings {
  if (read?.of === env) return read.bindings;
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = workerBindingsSchema.safeParse(given);
  if (!result.success) {
    throw new BindingsError(
      result.error.issues.map(({ path, message }) => ({
        name: String(path[0]),
        problem: given[String(path[0])] === undefined ? "is missing" : message,
      })),
    );
  }
  read = { of: env, bindings: result.data };
  return result.data;
}
