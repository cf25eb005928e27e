import type { Env, WorkerBindings } from "./env.ts";

/** Whatever answers requests: the app. */
interface Answers {
  request(path: string, init: RequestInit): Response | Promise<Response>;
}

/**
 * What a cron trigger starts: its jobs, each through the queue where there is one (it tries again), else at once.
 * @throws when a job failed; the others have been run all the same
 */
export async function schedule(
  cron: string,
  { JOBS }: Env,
  { SCHEDULES }: WorkerBindings,
  run: (path: string) => Promise<void>,
): Promise<void> {
  const paths = SCHEDULES[cron];
  if (!paths) throw new Error(`nothing is scheduled at "${cron}"`);
  if (JOBS) {
    await JOBS.sendBatch(paths.map((path) => ({ body: { path } })));
    return;
  }
  const outcomes = await Promise.allSettled(paths.map(run));
  const failed = outcomes.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** Calls a path of the app as the scheduler, without a way round by the network. @throws when it does not answer 2xx */
export async function runJob(app: Answers, { CRON_SECRET }: WorkerBindings, path: string): Promise<void> {
  const response = await app.request(path, {
    method: "POST",
    headers: { authorization: `Bearer ${CRON_SECRET}` },
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
}
