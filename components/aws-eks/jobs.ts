import type * as pulumi from "@pulumi/pulumi";
import { isPrimary, type Site } from "./eks.ts";
import { batch, inside, metadata } from "./kubernetes.ts";
import { type PodOptions, podOf } from "./pods.ts";

/**
 * The spec's jobs as CronJobs: each starts a pod of the app's own image that does one job and ends. They stand in every
 * region and run in the primary alone: a failover wakes the one's and puts the other's to sleep.
 */
export function jobs(
  site: Site,
  told: Pick<PodOptions, "variables" | "secrets" | "image">,
  after: readonly pulumi.Resource[],
): void {
  const options = inside(site);
  for (const [name, { path, schedule }] of Object.entries(site.plan.jobs.detail.schedules))
    new batch.CronJob(
      `${site.prefix}job-${name}`,
      {
        metadata: metadata(site, name, "job"),
        spec: {
          schedule,
          timeZone: "Etc/UTC",
          suspend: !isPrimary(site),
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: 3600,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            spec: {
              backoffLimit: 2,
              activeDeadlineSeconds: 3600,
              template: podOf(site, { ...told, part: "job", args: ["job", path] }),
            },
          },
        },
      },
      { ...options, dependsOn: [...site.cluster.ready, ...after] },
    );
}
