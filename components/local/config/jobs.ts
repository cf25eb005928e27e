import type { Spec } from "../../model/spec.ts";

/** The crontab of the jobs container: each line calls one path of the app. */
export const crontab = (jobs: Spec["jobs"]): string =>
  Object.entries(jobs)
    .map(([name, { schedule, path }]) => `${schedule} call ${name} ${path}`)
    .join("\n");
