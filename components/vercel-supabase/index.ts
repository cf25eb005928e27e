import * as pulumi from "@pulumi/pulumi";
import { ofApp } from "../kit/bindings.ts";
import { nameOf, type StackContext } from "../kit/context.ts";
import { type Migration, migrationsOf } from "../kit/migrations.ts";
import { mustBeTold } from "../kit/needs.ts";
import type { StageOutputs } from "../kit/outputs.ts";
import { servedBy } from "../kit/serving.ts";
import type { Bindings } from "../model/bindings.ts";
import { alerts } from "./alerts.ts";
import { app, appProject } from "./app.ts";
import { auth } from "./auth.ts";
import { backup } from "./backup.ts";
import { vercelBlueprint } from "./blueprint.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { cache } from "./cache.ts";
import { database } from "./database.ts";
import { dns } from "./dns.ts";
import { edge } from "./edge.ts";
import { jobs } from "./jobs.ts";
import { network } from "./network.ts";
import { project } from "./project.ts";
import { realtime } from "./realtime.ts";
import { secrets } from "./secrets.ts";
import { storage } from "./storage.ts";
import type { Vercel } from "./vercel.ts";

/**
 * The app as functions at Vercel, its data at Supabase, its cache at Upstash, dumps at Cloudflare.
 * @throws DiagnosticsError when settings are missing, before any resource exists
 */
export async function deploy(context: StackContext): Promise<StageOutputs> {
  const platform = mustBeTold(context.platform, "vercel-supabase");
  const plan = vercelBlueprint(context.spec, context.size, platform).capabilities;
  const { regions, memoryMb, maxSeconds } = plan.app.detail;
  const [made, schema] = await Promise.all([
    bundle({ regions, memoryMb, maxSeconds, crons: plan.jobs.detail.crons }, context.image),
    context.spec.database ? migrationsOf("schema") : [],
  ]);
  return new Stage(context, platform, plan, made, schema).outputs;
}

class Stage extends pulumi.ComponentResource {
  readonly outputs: StageOutputs;

  constructor(
    context: StackContext,
    platform: Vercel["platform"],
    plan: Vercel["plan"],
    made: Bundle,
    schema: readonly Migration[],
  ) {
    super("rung:vercel-supabase:Stage", `${context.spec.name}-${context.stack}`, context.declared);
    const { spec } = context;
    const here: Vercel = { context, stage: this, plan, platform };
    const name = nameOf(context, "app");
    const url = `https://${platform.domain ?? `${name}.vercel.app`}`;

    const hidden = secrets(here);
    const within = project(here, hidden);
    const net = network(here, within);
    const data = database(here, within, net, hidden, schema);
    const files = storage(here, within, data);
    const dumps = backup(here, within, data, hidden);
    const replicas = data.replicas(dumps.pitr ?? data.schema);
    const memory = spec.cache || spec.realtime ? cache(here) : undefined;
    const bindings: Bindings<pulumi.Output<string> | string> = {
      ...ofApp(context, made.digest, url),
      DATABASE_URL: data.url,
      DATABASE_CA: data.authority,
      DATABASE_POOL_MAX: String(data.poolMax),
      ...(memory && { CACHE_URL: memory.url }),
      ...(memory && spec.realtime && realtime(memory)),
      ...files?.bindings,
      AUTH_SECRET: hidden.auth,
      ...(Object.keys(spec.jobs).length > 0 && { CRON_SECRET: hidden.cron }),
      ...auth(here, within, data, url),
    };
    const own = appProject(here, name);
    dns(here, own);
    edge(here, own);
    jobs(here, own);
    const running = app(here, own, made, bindings, data);
    alerts(here, own);

    this.outputs = {
      urls: { app: url, supabase: pulumi.interpolate`https://supabase.com/dashboard/project/${within.ref}` },
      bindings,
      image: servedBy(made.digest, [running.deployment]),
      rollout: pulumi.output({
        platform: "vercel" as const,
        project: own.id,
        deployment: running.deployment.id,
        ...(platform.vercelTeam && { team: platform.vercelTeam }),
      }),
      database: pulumi.output({ vendor: "supabase" as const, project: within.ref }),
      parts: {
        app: [own.id, running.deployment.id],
        database: [within.ref, ...replicas.map(({ identifier }) => identifier)],
        ...(memory && { cache: [memory.resource.id] }),
        storage: Object.values(files?.buckets ?? {}).map((bucket) => bucket.name),
        backup: [dumps.bucket.name],
      },
      secrets: {
        ...dumps.workflowSecrets,
        MIGRATE_DATABASE_URL: data.ownerUrl,
        DIRECT_DATABASE_URL: data.directUrl,
      },
    };
    this.registerOutputs({ urls: this.outputs.urls, image: this.outputs.image });
  }
}
