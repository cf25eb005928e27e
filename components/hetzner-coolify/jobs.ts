import * as coolify from "../providers/coolify/index.ts";
import type { App } from "./app.ts";
import type { Hetzner } from "./coolify.ts";
import type { Project } from "./project.ts";

/** The spec's jobs as Coolify's scheduled tasks: each calls the app from inside its own container. */
export function jobs(here: Hetzner, project: Project, { application, deployment }: App): void {
  for (const [name, { path, schedule }] of Object.entries(here.plan.jobs.detail.schedules)) {
    new coolify.ScheduledTask(
      `job-${name}`,
      { applicationUuid: application.id, name, command: `/app/entrypoint call ${path}`, schedule },
      { ...project.within, dependsOn: [deployment] },
    );
  }
}
