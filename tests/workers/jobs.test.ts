import { afterEach, expect, test } from "vitest";
import { retentionDays } from "../../app/src/routes/cron.ts";
import { cronSecret, crons, type Edge, edge } from "./edge.ts";

let here: Edge | undefined;
afterEach(async () => {
  await here?.stop();
  here = undefined;
});

const dayMs = 24 * 60 * 60 * 1000;
const id = "00000000-0000-4000-8000-000000000005";

/** Someone from before the retention, with an event, and someone from today with another. */
async function oldAndNew(on: Edge) {
  const [old, young] = [await on.user(), await on.user()];
  await young.send("/api/events", { events: [{ name: "new" }] });
  const longAgo = Date.now() - (retentionDays + 10) * dayMs;
  const d1 = await on.database();
  await d1.batch([
    d1
      .prepare("INSERT INTO events (id, user_id, name, occurred_at) VALUES (?1, ?2, 'old', ?3)")
      .bind(id, old.userId, longAgo),
    d1.prepare("UPDATE users SET created_at = ?1 WHERE id = ?2").bind(longAgo, old.userId),
  ]);
  return { old, young, d1 };
}

test("a cron trigger runs its job at once: cleanup takes what is past retention, and users who left nothing", async () => {
  here = await edge();
  const { old, d1 } = await oldAndNew(here);
  const fetcher = await here.flare.getWorker();
  const ran = await fetcher.scheduled({ cron: crons.cleanup });
  expect(ran.outcome).toBe("ok");
  const { results } = await d1.prepare("SELECT name FROM events").run();
  expect(results).toEqual([{ name: "new" }]);
  expect(await d1.prepare("SELECT 1 FROM users WHERE id = ?1").bind(old.userId).first()).toBeNull();
});

test("rollups are the same however often they are made", async () => {
  here = await edge();
  const { d1 } = await oldAndNew(here);
  const ask = async () => {
    const headers = { authorization: `Bearer ${cronSecret}` };
    return (await here?.ask("/api/cron/metrics", { method: "POST", headers }))?.json();
  };
  expect(await ask()).toEqual({ days: 31, rows: 2 });
  expect(await ask()).toEqual({ days: 31, rows: 0 });
  const { results } = await d1
    .prepare("SELECT name, events, unique_users FROM daily_rollups ORDER BY name")
    .run();
  expect(results).toEqual([
    { name: "*", events: 1, unique_users: 1 },
    { name: "new", events: 1, unique_users: 1 },
  ]);
});

test("a cron that nothing is scheduled at is an error that Cloudflare sees", async () => {
  here = await edge();
  const fetcher = await here.flare.getWorker();
  expect((await fetcher.scheduled({ cron: "1 1 1 1 *" })).outcome).toBe("exception");
});

test("with a queue the trigger only sends; the consumer does the job, and tries again what failed", async () => {
  here = await edge({ queue: true });
  const { d1 } = await oldAndNew(here);
  const fetcher = await here.flare.getWorker();
  expect((await fetcher.scheduled({ cron: crons.cleanup })).outcome).toBe("ok");
  await expect
    .poll(async () => (await d1.prepare("SELECT name FROM events").run()).results, { timeout: 10_000 })
    .toEqual([{ name: "new" }]);
  const sent = [
    { id: "1", timestamp: new Date(), attempts: 1, body: { path: "/api/cron/metrics" } },
    { id: "2", timestamp: new Date(), attempts: 1, body: { path: "/api/cron/nothing" } },
  ];
  const outcome = await fetcher.queue("jobs", sent);
  expect(outcome.explicitAcks).toEqual(["1"]);
  expect(outcome.retryMessages.map(({ msgId }) => msgId)).toEqual(["2"]);
});
