import type { DurableObjectNamespace } from "@cloudflare/workers-types";
import type { Assets, Info, Services } from "../services.ts";
import { cache } from "./cache.ts";
import { database } from "./database.ts";
import type { Env, Execution, WorkerBindings } from "./env.ts";
import { logger } from "./log.ts";
import { metrics } from "./metrics.ts";
import { realtime } from "./realtime.ts";
import { storage } from "./storage.ts";

/** When this isolate began; a Worker's clock stands still before the first request. */
let startedAt: string | undefined;

/**
 * Everything the app stands on, for one request: what one request of an isolate waits for, another must not wait for
 * too, so nothing is shared between them.
 * @param replica where it runs: Cloudflare's name of the data centre
 */
export function workerServices(
  env: Env,
  bindings: WorkerBindings,
  assets: Assets,
  ctx: Execution,
  replica: string,
): Services {
  startedAt ??= new Date().toISOString();
  const info: Info = {
    name: bindings.APP_NAME,
    stack: bindings.APP_STACK,
    stage: bindings.APP_STAGE,
    size: bindings.APP_SIZE,
    version: bindings.APP_VERSION,
    replica,
    startedAt,
  };
  const log = logger(bindings.LOG_LEVEL, info);
  const now = () => new Date();
  const execution: Execution = { waitUntil: (promise) => ctx.waitUntil(promise) };
  const here = (objects: DurableObjectNamespace) =>
    bindings.JURISDICTION ? objects.jurisdiction(bindings.JURISDICTION) : objects;
  return {
    database: database(env.DATABASE, now),
    cache: cache(env.CACHE, here(env.COUNTERS), now, execution),
    storage: storage(env.UPLOADS),
    realtime: realtime(here(env.LIVE), log),
    assets,
    metrics: metrics(env.METRICS, bindings.APP_STACK),
    clock: { now },
    log,
    info,
    // Nobody tells a Worker to stop: new requests go to the new version, those under way are answered by the old.
    lifecycle: { draining: false, ending: new AbortController().signal },
    config: {
      publicOrigin: new URL(bindings.PUBLIC_URL).origin,
      corsOrigins: bindings.CORS_ORIGINS,
      rateLimitPerMinute: bindings.RATE_LIMIT_PER_MINUTE,
      authSecret: bindings.AUTH_SECRET,
      cronSecret: bindings.CRON_SECRET,
      eventsArchived: false,
    },
    clientAddress,
  };
}

/** Cloudflare writes it over whatever a client sent under that name. */
export const clientAddress = (headers: Headers): string => headers.get("cf-connecting-ip") || "direct";
