import * as cloudflare from "@pulumi/cloudflare";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkerBundle } from "../../app/buildWorker.ts";
import { nameOf } from "../kit/context.ts";
import { child } from "../kit/options.ts";
import { accountOf, type Edge, tagsOf } from "./cloudflare.ts";
import { compatibilityDate } from "./runtime.ts";

export type Binding = cloudflare.types.input.WorkerVersionBinding;

export interface VersionArgs {
  readonly bundle: WorkerBundle;
  readonly bindings: readonly Binding[];
  /** Classes of Durable Objects that the bundle exports. */
  readonly objects?: readonly string[];
  readonly limits?: cloudflare.types.input.WorkerVersionLimits;
  readonly placement?: cloudflare.types.input.WorkerVersionPlacement;
  /** What must be there before it is uploaded. */
  readonly after?: readonly pulumi.Resource[];
}

/** A Worker: its name and what is the same for all of its versions. The custom domain is its only way in. */
export const workerNamed = (here: Edge, part: string): cloudflare.Worker =>
  new cloudflare.Worker(
    part,
    {
      ...accountOf(here),
      name: nameOf(here.context, part),
      tags: tagsOf(here),
      // Past the zone's firewall and rate limit otherwise.
      subdomain: { enabled: false, previewsEnabled: false },
      observability: {
        enabled: true,
        headSamplingRate: 1,
        logs: { enabled: true, headSamplingRate: 1, invocationLogs: true, persist: true },
      },
    },
    child(here),
  );

/**
 * A version of a Worker: code and bindings, which nothing changes any more. Cloudflare keeps it when this no longer
 * names it: a deployment can go back to it.
 */
export const versionOf = (here: Edge, part: string, worker: cloudflare.Worker, args: VersionArgs) =>
  new cloudflare.WorkerVersion(
    part,
    {
      ...accountOf(here),
      workerId: worker.id,
      compatibilityDate,
      mainModule: "worker.js",
      modules: [
        {
          name: "worker.js",
          contentType: "application/javascript+module",
          // In the state: no file of the machine that made it is needed to refresh it, or to make it again elsewhere.
          contentBase64: Buffer.from(args.bundle.code).toString("base64"),
        },
      ],
      // In the order in which Cloudflare gives them back: another one is another version.
      bindings: args.bindings.toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1)),
      ...(args.objects && {
        exports: Object.fromEntries(
          args.objects.map((name) => [name, { type: "durable-object", storage: "sqlite", state: "created" }]),
        ),
      }),
      ...(args.limits && { limits: args.limits }),
      ...(args.placement && { placement: args.placement }),
    },
    { ...child(here), dependsOn: [...(args.after ?? [])] },
  );

/** Sends all requests to one version. */
export const deploymentOf = (
  here: Edge,
  part: string,
  worker: cloudflare.Worker,
  versionId: pulumi.Input<string>,
) =>
  new cloudflare.WorkersDeployment(
    part,
    {
      ...accountOf(here),
      scriptName: worker.name,
      strategy: "percentage",
      versions: [{ versionId, percentage: 100 }],
    },
    child(here),
  );

/** When a Worker is called by itself, and not by a request. */
export const cronTriggers = (
  here: Edge,
  part: string,
  { worker, deployment }: { worker: cloudflare.Worker; deployment: pulumi.Resource },
  crons: readonly string[],
) =>
  new cloudflare.WorkersCronTrigger(
    part,
    {
      ...accountOf(here),
      scriptName: worker.name,
      schedules: crons.toSorted().map((cron) => ({ cron })),
    },
    { ...child(here), dependsOn: [deployment] },
  );
