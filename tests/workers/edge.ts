import { Miniflare, type MiniflareOptions } from "miniflare";
import { bundleWorker } from "../../app/buildWorker.ts";
import { compatibilityDate } from "../../components/cloudflare-edge/runtime.ts";
import { bringUp } from "./d1.ts";

export const cronSecret = "a-secret-for-the-scheduler";
export const origin = "https://pulse.example.com";
const cleanupCron = "0 2 * * *";
const metricsCron = "0 */6 * * *";
export const crons = { cleanup: cleanupCron, metrics: metricsCron };

/** The Worker's texts, as the stage would bind them. */
export const texts = {
  APP_NAME: "pulse",
  APP_STACK: "test",
  APP_STAGE: "cloudflare-edge",
  APP_SIZE: "medium",
  APP_VERSION: "sha256:0",
  PUBLIC_URL: origin,
  LOG_LEVEL: "error",
  AUTH_SECRET: "a-secret-that-is-long-enough-for-tests",
  CRON_SECRET: cronSecret,
  CORS_ORIGINS: "https://partner.example.com",
  RATE_LIMIT_PER_MINUTE: "60",
  SCHEDULES: JSON.stringify({ [cleanupCron]: ["/api/cron/cleanup"], [metricsCron]: ["/api/cron/metrics"] }),
};

let built: Promise<string> | undefined;
/** The bundle that would be uploaded, made once for all tests of a file. */
export const worker = (): Promise<string> => {
  built ??= bundleWorker().then(({ code }) => code);
  return built;
};

/** The app in workerd, Cloudflare's own runtime, on its D1, KV, R2, Durable Objects and cache. */
export async function edge(more: { bindings?: Record<string, string>; queue?: boolean } = {}) {
  const options: MiniflareOptions = {
    modules: true,
    script: await worker(),
    compatibilityDate,
    bindings: { ...texts, ...more.bindings },
    d1Databases: ["DATABASE"],
    kvNamespaces: ["CACHE"],
    r2Buckets: ["UPLOADS"],
    durableObjects: {
      LIVE: { className: "Live", useSQLite: true },
      COUNTERS: { className: "Counters", useSQLite: true },
    },
    ...(more.queue && {
      queueProducers: { JOBS: "jobs" },
      queueConsumers: { jobs: { maxBatchSize: 1, maxBatchTimeout: 0, maxRetries: 2 } },
    }),
  };
  const flare = new Miniflare(options);
  await flare.ready;
  await bringUp(flare);
  let clients = 0;
  const ask = (path: string, init: RequestInit = {}, address = "203.0.113.1") =>
    // Two declarations of the same standard: Node's and undici's.
    flare.dispatchFetch(`${origin}${path}`, {
      ...init,
      headers: { "cf-connecting-ip": address, ...(init.headers as Record<string, string>) },
    } as never) as unknown as Promise<Response>;
  return {
    flare,
    ask,
    database: () => flare.getD1Database("DATABASE"),
    /** A new user, as a client with a bearer token and an address of its own. */
    async user() {
      clients += 1;
      const address = `198.51.100.${clients}`;
      const made = await ask("/api/session", { method: "POST" }, address);
      // as routes/session.ts answers
      const { token, userId } = (await made.json()) as { token: string; userId: string };
      const authorization = `Bearer ${token}`;
      const headers = { authorization };
      return {
        userId,
        headers,
        get: (path: string, extra: Record<string, string> = {}) =>
          ask(path, { headers: { ...headers, ...extra } }, address),
        send: (path: string, body: unknown) =>
          ask(
            path,
            {
              method: "POST",
              headers: { ...headers, "content-type": "application/json" },
              body: typeof body === "string" ? body : JSON.stringify(body),
            },
            address,
          ),
        delete: (path: string) => ask(path, { method: "DELETE", headers }, address),
        async upload(name: string, type: string, body: string | Uint8Array<ArrayBuffer>) {
          const form = new FormData();
          form.set("file", new File([body], name, { type }));
          // Written out here: the form of one runtime is not one to the other.
          const written = new Response(form);
          const sent = { ...headers, "content-type": written.headers.get("content-type") ?? "" };
          const bytes = await written.arrayBuffer();
          return ask("/api/files", { method: "POST", headers: sent, body: bytes }, address);
        },
      };
    },
    stop: () => flare.dispose(),
  };
}

export type Edge = Awaited<ReturnType<typeof edge>>;
