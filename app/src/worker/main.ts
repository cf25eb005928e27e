import type { MessageBatch, ScheduledController } from "@cloudflare/workers-types";
import { createApp } from "../app.ts";
import type { Assets } from "../services.ts";
import { withoutSecrets } from "../withoutSecrets.ts";
import { edgeCached } from "./edgeCache.ts";
import { type Env, type Execution, type Job, readWorkerBindings } from "./env.ts";
import { runJob, schedule } from "./jobs.ts";
import { workerServices } from "./services.ts";

/** Cloudflare's word for where a request came in; the standard's request has no such field. */
type FromEdge = Request & { readonly cf?: { readonly colo?: string } };

/**
 * The app as a Worker: its handlers unchanged, on D1, KV, R2 and Durable Objects. The schema is up to date before a
 * version serves: `up` sees to that.
 */
export const createWorker = (assets: Assets) => ({
  async fetch(request: FromEdge, env: Env, ctx: Execution): Promise<Response> {
    try {
      const bindings = readWorkerBindings(env);
      return await edgeCached(request, { waitUntil: (promise) => ctx.waitUntil(promise) }, async () => {
        const services = workerServices(env, bindings, assets, ctx, request.cf?.colo ?? "unknown");
        return createApp(services).fetch(request);
      });
    } catch (error) {
      // Before there is an app: wrong bindings.
      console.error(JSON.stringify({ level: "error", msg: withoutSecrets(String(error)) }));
      const body = { error: { code: "unavailable", message: "The service is not ready. Try again soon." } };
      return Response.json(body, {
        status: 503,
        headers: { "Retry-After": "5", "Cache-Control": "no-store" },
      });
    }
  },

  async scheduled({ cron }: Pick<ScheduledController, "cron">, env: Env, ctx: Execution): Promise<void> {
    await schedule(cron, env, readWorkerBindings(env), (path) => job(assets, env, ctx, path));
  },

  async queue({ messages }: Pick<MessageBatch<Job>, "messages">, env: Env, ctx: Execution): Promise<void> {
    for (const message of messages) {
      try {
        await job(assets, env, ctx, message.body.path);
        message.ack();
      } catch (error) {
        console.error(
          JSON.stringify({ level: "error", msg: withoutSecrets(String(error)), ...message.body }),
        );
        message.retry();
      }
    }
  },
});

const job = (assets: Assets, env: Env, ctx: Execution, path: string): Promise<void> => {
  const bindings = readWorkerBindings(env);
  return runJob(createApp(workerServices(env, bindings, assets, ctx, "scheduler")), bindings, path);
};

export { Counters } from "./counters.ts";
export { Live } from "./live.ts";
