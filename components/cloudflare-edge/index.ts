import * as pulumi from "@pulumi/pulumi";
import { bundleExporter, bundleWorker, type WorkerBundle } from "../../app/buildWorker.ts";
import { ofApp } from "../kit/bindings.ts";
import type { StackContext } from "../kit/context.ts";
import { type Migration, migrationsOf } from "../kit/migrations.ts";
import { mustBeTold } from "../kit/needs.ts";
import type { StageOutputs } from "../kit/outputs.ts";
import type { Bindings } from "../model/bindings.ts";
import type { Blueprint } from "../model/blueprint.ts";
import { alerts } from "./alerts.ts";
import { app, type Texts } from "./app.ts";
import { auth } from "./auth.ts";
import { backup } from "./backup.ts";
import { type EdgeDetails, edgeBlueprint } from "./blueprint.ts";
import { cache } from "./cache.ts";
import { cdn } from "./cdn.ts";
import type { Edge } from "./cloudflare.ts";
import { database } from "./database.ts";
import { dns } from "./dns.ts";
import { edge } from "./edge.ts";
import { jobQueue, jobs } from "./jobs.ts";
import { demandFits } from "./limits.ts";
import { secrets } from "./secrets.ts";
import { bucket, storage } from "./storage.ts";

/** What is made of the source before any resource is. */
interface Made {
  readonly app: WorkerBundle;
  readonly exporter: WorkerBundle;
  readonly migrations: readonly Migration[];
}

/**
 * The app as a Worker at Cloudflare's edge, its data in D1, KV and R2.
 * @throws DiagnosticsError when settings are missing or the spec asks for what cannot be, before any resource exists
 */
export async function deploy(context: StackContext): Promise<StageOutputs> {
  const platform = mustBeTold(context.platform, "cloudflare-edge");
  const plan = edgeBlueprint(context.spec, context.size, platform).capabilities;
  const [worker, exporter, migrations] = await Promise.all([
    bundleWorker(),
    bundleExporter(),
    migrationsOf("schema-d1"),
  ]);
  demandFits(worker.gzipBytes, context.size);
  return new Stage(context, platform, plan, { app: worker, exporter, migrations }).outputs;
}

class Stage extends pulumi.ComponentResource {
  readonly outputs: StageOutputs;

  constructor(
    context: StackContext,
    platform: Edge["platform"],
    plan: Blueprint<EdgeDetails>["capabilities"],
    made: Made,
  ) {
    super("rung:cloudflare-edge:Stage", `${context.spec.name}-${context.stack}`, context.declared);
    const here: Edge = { context, stage: this, plan, platform };
    const url = `https://${platform.domain}`;

    const hidden = secrets(here);
    const data = database(here, made.migrations);
    const memory = cache(here);
    const buckets = storage(here);
    const queue = jobQueue(here);
    const { PORT: _, DRAIN_SECONDS: __, ...ofWorker } = ofApp(context, made.app.digest, url);
    const plain = {
      ...ofWorker,
      ...auth(here),
    } satisfies Bindings<string | pulumi.Output<string>>;
    const secret = { AUTH_SECRET: hidden.auth, CRON_SECRET: hidden.cron };
    const uploads = buckets.uploads ?? bucket(here, "storage-uploads");
    const running = app(
      here,
      made.app,
      { database: data, cache: memory, uploads, queue },
      textsOf(here, plain, secret),
    );
    const exports = backup(here, made.exporter, data);
    dns(here, running);
    edge(here);
    cdn(here);
    jobs(here, running, queue);
    alerts(here);

    this.outputs = {
      urls: { app: url },
      bindings: { ...plain, ...secret },
      image: running.image,
      rollout: pulumi.output({
        platform: "workers" as const,
        account: platform.cloudflareAccountId,
        script: running.worker.name,
        version: running.versionId,
      }),
      database: pulumi.output({
        vendor: "d1" as const,
        account: platform.cloudflareAccountId,
        database: data.id,
        exports: exports.name,
      }),
      parts: {
        app: [running.worker.name],
        database: [data.id],
        cache: [memory.id],
        storage: Object.values(buckets).map(({ name }) => name),
        backup: [exports.name],
        edge: [platform.domain],
      },
    };
    this.registerOutputs({ urls: this.outputs.urls, image: this.outputs.image });
  }
}

/** The app's bindings, and what only a Worker must be told. */
function textsOf(
  { plan }: Edge,
  plain: Readonly<Record<string, string | pulumi.Output<string>>>,
  secret: Texts["secret"],
): Texts {
  const { jurisdiction } = plan.database.detail;
  return {
    plain: {
      ...plain,
      SCHEDULES: JSON.stringify(plan.jobs.detail.triggers),
      ...(jurisdiction && { JURISDICTION: jurisdiction }),
    },
    secret,
  };
}
