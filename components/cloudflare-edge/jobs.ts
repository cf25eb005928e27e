import * as cloudflare from "@pulumi/cloudflare";
import { nameOf } from "../kit/context.ts";
import { child } from "../kit/options.ts";
import type { App } from "./app.ts";
import { accountOf, type Edge } from "./cloudflare.ts";
import { cronTriggers } from "./worker.ts";

/** Where the size has it: what a trigger starts goes through it, and is tried again when it fails. */
export const jobQueue = (here: Edge): cloudflare.Queue | undefined =>
  here.plan.jobs.detail.queue ? queue(here, "jobs") : undefined;

/** The spec's jobs as cron triggers of the Worker, which calls its own paths. What failed four times is laid aside. */
export function jobs(here: Edge, running: App, through: cloudflare.Queue | undefined): void {
  const crons = Object.keys(here.plan.jobs.detail.triggers);
  if (crons.length > 0) cronTriggers(here, "jobs", running, crons);
  if (!through) return;
  const failed = queue(here, "jobs-failed");
  new cloudflare.QueueConsumer(
    "jobs",
    {
      ...accountOf(here),
      queueId: through.id,
      type: "worker",
      scriptName: running.worker.name,
      deadLetterQueue: failed.queueName,
      // One at a time, a minute apart: a job may take the database's whole attention.
      settings: { batchSize: 1, maxConcurrency: 1, maxRetries: 3, retryDelay: 60, maxWaitTimeMs: 1000 },
    },
    { ...child(here), dependsOn: [running.deployment] },
  );
}

/** Where the data must be in one jurisdiction, what waits in a queue is, too. */
function queue(here: Edge, part: string): cloudflare.Queue {
  const { jurisdiction } = here.plan.database.detail;
  return new cloudflare.Queue(
    part,
    {
      ...accountOf(here),
      queueName: nameOf(here.context, part),
      ...(jurisdiction && { jurisdiction }),
      settings: { deliveryDelay: 0, deliveryPaused: false, messageRetentionPeriod: 4 * 24 * 60 * 60 },
    },
    child(here),
  );
}
