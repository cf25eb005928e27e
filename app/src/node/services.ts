import { hostname } from "node:os";
import type { Bindings } from "../bindings.ts";
import type { Assets, Info, Lifecycle, Services } from "../services.ts";
import { cache } from "./cache.ts";
import { type Credentials, containerCredentials } from "./credentials.ts";
import { database } from "./database.ts";
import { logger } from "./log.ts";
import { metrics } from "./metrics.ts";
import { realtime } from "./realtime.ts";
import { connected, redis } from "./redis.ts";
import { pgSql } from "./sql.ts";
import { storage } from "./storage.ts";

export interface NodeServices extends Services {
  /** In Prometheus' text format. */
  readonly exposition: () => Promise<{ contentType: string; body: string }>;
  close(): Promise<void>;
}

/** Everything the app stands on, bound to what the environment says. */
export async function nodeServices(
  bindings: Bindings,
  assets: Assets,
  lifecycle: Lifecycle,
): Promise<NodeServices> {
  const info = infoOf(bindings);
  const log = logger(bindings, info.replica);
  const measured = metrics(info);
  const { DATABASE_URL: url, DATABASE_POOL_MAX: max, DATABASE_CA: ca } = bindings;
  const sql = pgSql({ url, max, ca, log });
  measured.watch(sql);
  const [commands, publisher, listener] = [
    redis(bindings.CACHE_URL, bindings.APP_NAME, log),
    redis(bindings.REALTIME_URL, bindings.APP_NAME, log),
    redis(bindings.REALTIME_URL, bindings.APP_NAME, log),
  ];
  await Promise.all([commands, publisher, listener].map((client) => connected(client, 2000)));
  return {
    database: database(sql),
    cache: cache(commands),
    storage: storage({
      endpoint: bindings.STORAGE_ENDPOINT,
      region: bindings.STORAGE_REGION,
      bucket: bindings.STORAGE_BUCKET_UPLOADS,
      credentials: storageCredentials(bindings),
    }),
    realtime: realtime(publisher, listener, bindings.APP_NAME, log),
    assets,
    metrics: measured,
    clock: { now: () => new Date() },
    log,
    info,
    lifecycle,
    config: {
      publicOrigin: new URL(bindings.PUBLIC_URL).origin,
      corsOrigins: bindings.CORS_ORIGINS,
      rateLimitPerMinute: bindings.RATE_LIMIT_PER_MINUTE,
      authSecret: bindings.AUTH_SECRET,
      cronSecret: bindings.CRON_SECRET,
      eventsArchived: bindings.EVENTS_ARCHIVED,
    },
    clientAddress,
    exposition: async () => ({
      contentType: measured.registry.contentType,
      body: await measured.registry.metrics(),
    }),
    async close() {
      for (const client of [commands, publisher, listener]) client.disconnect();
      await sql.close();
    },
  };
}

/** The key that the app was given, or else the role of its container. */
function storageCredentials({
  STORAGE_ACCESS_KEY_ID: accessKeyId,
  STORAGE_SECRET_ACCESS_KEY: secretAccessKey,
  STORAGE_SESSION_TOKEN: sessionToken,
}: Bindings): () => Promise<Credentials> {
  if (accessKeyId === undefined || secretAccessKey === undefined) return containerCredentials(process.env);
  const own = Promise.resolve({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) });
  return () => own;
}

/** The last address is the one that the edge next to us has seen; those before it are hearsay. */
export function clientAddress(headers: Headers): string {
  return headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || "direct";
}

const infoOf = (bindings: Bindings): Info => ({
  name: bindings.APP_NAME,
  stack: bindings.APP_STACK,
  stage: bindings.APP_STAGE,
  size: bindings.APP_SIZE,
  version: bindings.APP_VERSION,
  replica: hostname(),
  startedAt: new Date().toISOString(),
});
