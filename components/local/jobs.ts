import type * as docker from "@pulumi/docker";
import { crontab } from "./config/jobs.ts";
import { container } from "./container.ts";
import type { Edge } from "./edge.ts";
import type { Local } from "./local.ts";
import { fixedMemoryMb } from "./sizes.ts";

/** supercronic calls the app's paths through the inner load balancer, with the cron secret. A change replaces it. */
export function jobs(local: Local, edge: Edge): docker.Container | undefined {
  const { schedules } = local.plan.jobs.detail;
  if (Object.keys(schedules).length === 0) return undefined;
  return container(local, "jobs", {
    capability: "jobs",
    image: local.images.jobs,
    memoryMb: fixedMemoryMb.jobs,
    env: { JOBS: crontab(schedules), JOBS_TARGET: edge.inside, CRON_SECRET: local.secrets.password.cron },
    scratch: [{ path: "/run/jobs", uid: 10007 }, { path: "/tmp" }],
    health: ["healthy"],
    // Never two schedulers at once.
    alone: true,
  });
}
