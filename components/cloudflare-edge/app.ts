import type * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerBundle } from "../../app/buildWorker.ts";
import { nameOf } from "../kit/context.ts";
import { servedBy } from "../kit/serving.ts";
import type { Cache } from "./cache.ts";
import type { Edge } from "./cloudflare.ts";
import type { Database } from "./database.ts";
import { realtime } from "./realtime.ts";
import { releaseIn, releaseText } from "./release.ts";
import type { Bucket } from "./storage.ts";
import { type Binding, deploymentOf, versionOf, workerNamed } from "./worker.ts";

/** What the Worker stands on. Durable Objects are its own. */
export interface Stands {
  readonly database: Database;
  readonly cache: Cache;
  readonly uploads: Bucket;
  readonly queue: cloudflare.Queue | undefined;
}

/** What the Worker is told as text; secrets are secret bindings. */
export interface Texts {
  readonly plain: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secret: Readonly<Record<string, pulumi.Output<string>>>;
}

const part = "app";

/**
 * The app as a Worker: a version of its code and bindings, and the deployment that sends all requests to it; or, for a
 * rollback, a deployment to a version that has served before.
 */
export function app(here: Edge, bundle: WorkerBundle, stands: Stands, texts: Texts) {
  const worker = workerNamed(here, part);
  const name = nameOf(here.context, part);
  const earlier = releaseIn(here.context.image, name);
  if (earlier) {
    const deployment = deploymentOf(here, part, worker, earlier.versionId);
    const { versionId } = earlier;
    return { worker, deployment, versionId, image: servedBy(releaseText(name, earlier), [deployment]) };
  }
  const { workers, cpuMs, smartPlacement } = here.plan.app.detail;
  const version = versionOf(here, part, worker, {
    bundle,
    bindings: [...bindingsOf(here, stands), ...textBindings(texts)],
    objects: Object.values(realtime),
    // The free plan's limit cannot be set.
    ...(workers === "paid" && { limits: { cpuMs } }),
    ...(smartPlacement && { placement: { mode: "smart" } }),
    // The schema is up to date before the version that needs it serves.
    after: [stands.database.schema],
  });
  const release = version.id.apply((versionId) => releaseText(name, { versionId, digest: bundle.digest }));
  const deployment = deploymentOf(here, part, worker, version.id);
  return { worker, deployment, versionId: version.id, image: servedBy(release, [deployment]) };
}

export type App = ReturnType<typeof app>;

function bindingsOf({ context }: Edge, { database, cache, uploads, queue }: Stands): Binding[] {
  return [
    { name: "DATABASE", type: "d1", databaseId: database.id },
    { name: "CACHE", type: "kv_namespace", namespaceId: cache.id },
    r2Binding("UPLOADS", uploads),
    { name: "METRICS", type: "analytics_engine", dataset: nameOf(context, "metrics").replaceAll("-", "_") },
    ...Object.entries(realtime).map(
      ([binding, className]): Binding => ({ name: binding, type: "durable_object_namespace", className }),
    ),
    ...(queue ? [{ name: "JOBS", type: "queue", queueName: queue.queueName }] : []),
  ];
}

export const r2Binding = (name: string, { name: bucketName, jurisdiction }: Bucket): Binding => ({
  name,
  type: "r2_bucket",
  bucketName,
  ...(jurisdiction && { jurisdiction }),
});

export const textBindings = ({ plain, secret }: Texts): Binding[] => [
  ...Object.entries(plain).map(([name, text]): Binding => ({ name, type: "plain_text", text })),
  ...Object.entries(secret).map(
    ([name, text]): Binding => ({ name, type: "secret_text", text: pulumi.secret(text) }),
  ),
];
