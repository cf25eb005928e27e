import * as vercel from "@pulumiverse/vercel";
import { child, teamOf, type Vercel } from "./vercel.ts";

/** The spec's jobs are part of the deployment; here they are switched on. Vercel calls the app with its CRON_SECRET. */
export const jobs = (here: Vercel, project: vercel.Project) =>
  new vercel.ProjectCrons(
    "jobs",
    { ...teamOf(here), projectId: project.id, enabled: here.plan.jobs.detail.crons.length > 0 },
    child(here),
  );
