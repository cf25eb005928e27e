import * as pulumi from "@pulumi/pulumi";
import { ofApp } from "../kit/bindings.ts";
import type { StackContext } from "../kit/context.ts";
import { mustBeTold, mustHaveImage } from "../kit/needs.ts";
import type { StageOutputs } from "../kit/outputs.ts";
import { servedBy } from "../kit/serving.ts";
import type { Bindings } from "../model/bindings.ts";
import { app } from "./app.ts";
import { auth } from "./auth.ts";
import { backup } from "./backup.ts";
import { coolifyBlueprint } from "./blueprint.ts";
import { cache } from "./cache.ts";
import { cdn } from "./cdn.ts";
import type { Hetzner } from "./coolify.ts";
import { database } from "./database.ts";
import { dns } from "./dns.ts";
import { edge } from "./edge.ts";
import { jobs } from "./jobs.ts";
import { network } from "./network.ts";
import { project } from "./project.ts";
import { realtime } from "./realtime.ts";
import { secrets } from "./secrets.ts";
import { servers } from "./servers.ts";
import { backups, storage } from "./storage.ts";

/**
 * The app on rented servers at Hetzner, run by Coolify, behind Cloudflare.
 * @throws DiagnosticsError when settings or the image are missing, before any resource exists
 */
export async function deploy(context: StackContext): Promise<StageOutputs> {
  const platform = mustBeTold(context.platform, "hetzner-coolify");
  return new Stage(context, platform, mustHaveImage(context.image, "hetzner-coolify")).outputs;
}

class Stage extends pulumi.ComponentResource {
  readonly outputs: StageOutputs;

  constructor(context: StackContext, platform: Hetzner["platform"], image: string) {
    super("rung:hetzner-coolify:Stage", `${context.spec.name}-${context.stack}`, context.declared);
    const { spec } = context;
    const plan = coolifyBlueprint(spec, context.size, platform).capabilities;
    const here: Hetzner = { context, stage: this, plan, platform };

    const net = network(here);
    const hidden = secrets(here);
    const hosts = servers(here, net, hidden);
    const within = project(here, hosts);
    const buckets = storage(here);
    const data = spec.database && database(here, hosts, within, hidden);
    const dumps = data && backups(here);
    if (data && dumps) backup(here, within, data, dumps);
    const memory = spec.cache || spec.realtime ? cache(here, hosts, within, hidden) : undefined;
    const url = `https://${platform.domain}`;
    const { uploads } = buckets;
    const bindings: Bindings<pulumi.Output<string> | string> = {
      ...ofApp(context, image, url),
      ...(data && { DATABASE_URL: data.url, DATABASE_POOL_MAX: String(spec.database?.pool.perReplica) }),
      ...(memory && { CACHE_URL: memory.url }),
      ...(memory && spec.realtime && realtime(memory)),
      ...(uploads && {
        STORAGE_ENDPOINT: uploads.endpoint,
        STORAGE_REGION: "auto",
        STORAGE_ACCESS_KEY_ID: uploads.accessKeyId,
        STORAGE_SECRET_ACCESS_KEY: uploads.secretAccessKey,
        STORAGE_BUCKET_UPLOADS: uploads.name,
      }),
      AUTH_SECRET: hidden.auth,
      ...(Object.keys(spec.jobs).length > 0 && { CRON_SECRET: hidden.cron }),
      ...auth(here),
    };
    // The image brings the schema up to date before it serves, as its owner.
    const owner = data && {
      MIGRATE_ON_START: "true",
      MIGRATE_DATABASE_URL: data.ownerUrl,
      DATABASE_APP_PASSWORD: hidden.app,
    };
    const running = app(here, hosts, within, image, { ...bindings, ...owner });
    const address = edge(here, net, hosts);
    dns(here, address);
    cdn(here);
    jobs(here, within, running);

    this.outputs = {
      urls: { app: url, coolify: pulumi.interpolate`https://${hosts.address.ipAddress}:8443` },
      bindings,
      image: servedBy(image, [running.deployment]),
      rollout: pulumi.output({
        platform: "coolify" as const,
        application: running.application.id,
        deployment: running.deployment.id,
      }),
      ...(data &&
        dumps && {
          database: pulumi.output({
            vendor: "coolify" as const,
            database: data.resource.id,
            dumps: dumps.name,
          }),
        }),
      parts: {
        app: [running.application.id],
        ...(data && { database: [data.resource.id] }),
        ...(memory && { cache: [memory.resource.id] }),
        storage: Object.values(buckets).map(({ name }) => name),
        ...(dumps && { backup: [dumps.name] }),
        edge: [address],
      },
      secrets: {
        COOLIFY_API_URL: pulumi.interpolate`https://${hosts.address.ipAddress}:8443`,
        COOLIFY_API_TOKEN: hidden.coolify.token,
        COOLIFY_API_CA: hosts.authority,
      },
    };
    this.registerOutputs({ urls: this.outputs.urls, image: this.outputs.image });
  }
}
