import * as pulumi from "@pulumi/pulumi";
import { ofApp } from "../kit/bindings.ts";
import type { StackContext } from "../kit/context.ts";
import type { StageOutputs } from "../kit/outputs.ts";
import { servedBy } from "../kit/serving.ts";
import type { Bindings } from "../model/bindings.ts";
import { alerts } from "./alerts.ts";
import { app } from "./app.ts";
import { archive } from "./archive.ts";
import { auth } from "./auth.ts";
import { backup } from "./backup.ts";
import { localBlueprint } from "./blueprint.ts";
import { cache } from "./cache.ts";
import { cdn } from "./cdn.ts";
import { ports } from "./config/alerts.ts";
import { database } from "./database.ts";
import { edge } from "./edge.ts";
import { type Contexts, images, prepareContexts } from "./image.ts";
import { jobs } from "./jobs.ts";
import type { Local } from "./local.ts";
import { network } from "./network.ts";
import { pooler } from "./pooler.ts";
import { realtime } from "./realtime.ts";
import { secrets } from "./secrets.ts";
import { storage } from "./storage.ts";
import { trust, trustedCa } from "./trust.ts";

/**
 * The whole app in containers on this machine.
 *
 * Costs nothing. Data and what unlocks it are protected and outlive a `down`. A change of size restarts database and
 * cache in place, without losing data or requests.
 */
export async function deploy(context: StackContext): Promise<StageOutputs> {
  return new Stage(context, await prepareContexts(context.image)).outputs;
}

class Stage extends pulumi.ComponentResource {
  readonly outputs: StageOutputs;

  constructor(context: StackContext, contexts: Contexts) {
    super("rung:local:Stage", `${context.spec.name}-${context.stack}`, context.declared);
    const { spec } = context;
    const plan = localBlueprint(spec, context.size).capabilities;
    const here = { context, stage: this };
    const local: Local = {
      ...here,
      plan,
      images: images(context, this, contexts),
      network: network(here),
      secrets: secrets(here),
    };

    const ca = trust(local);
    const objects = spec.storage || spec.database ? storage(local) : undefined;
    const data = spec.database && objects ? database(local, objects) : undefined;
    const pool = data && pooler(local);
    const backups = data && backup(local, data);
    const memory = spec.cache || spec.realtime ? cache(local) : undefined;
    const gate = edge(local);

    const bindings: Bindings<pulumi.Output<string> | string> = {
      ...ofStage(local, gate.url),
      ...(data && { DATABASE_URL: data.url, DATABASE_POOL_MAX: String(spec.database?.pool.perReplica) }),
      ...(memory && { CACHE_URL: memory.url }),
      ...(memory && spec.realtime && realtime(memory)),
      ...(objects && spec.storage && objects.bindings),
      ...auth(local),
      ...(Object.keys(spec.jobs).length > 0 && { CRON_SECRET: local.secrets.password.cron }),
    };
    const needs = [objects?.container, pool, memory?.container].filter((part) => part !== undefined);
    const { replicas, migrate } = app(local, bindings, { trust: ca, database: data, all: needs });
    const months = data && migrate && archive(local, { database: data, trusted: ca, after: migrate });
    const copies = spec.cdn && cdn(local, gate);
    const scheduler = jobs(local, gate);
    const watch = alerts(local, gate, data?.data);

    this.outputs = {
      urls: { app: gate.url, ...watch.urls },
      bindings,
      image: servedBy(local.images.app, replicas),
      parts: {
        storage: named(objects?.container),
        database: named(data?.container, pool),
        backup: named(backups, months),
        cache: named(memory?.container),
        app: named(...replicas, migrate),
        edge: named(gate.container),
        cdn: named(copies),
        jobs: named(scheduler),
        alerts: named(...watch.containers),
      },
      logins: { monitoring: { user: "admin", password: local.secrets.password.observer } },
      certificateAuthority: local.secrets.ca,
    };
    this.registerOutputs({ urls: this.outputs.urls, image: this.outputs.image });
  }
}

/** Beside what every stage tells: where metrics are, and the CA that signs everything here. */
const ofStage = ({ context, images: { app } }: Local, url: string) => ({
  ...ofApp(context, app, url),
  METRICS_PORT: String(ports.app),
  NODE_EXTRA_CA_CERTS: trustedCa,
});

const named = (...made: ({ readonly name: pulumi.Output<string> } | undefined)[]) =>
  made.filter((one) => one !== undefined).map(({ name }) => name);
