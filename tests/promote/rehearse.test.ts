import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { audit, type Ledger, nothingLost, startLedger } from "../support/ledger.ts";
import { type Promotion, promotion } from "../support/promotion.ts";

let m: Promotion;
let ledger: Ledger | undefined;

beforeEach(async () => {
  m = await promotion(
    "CREATE TABLE history (what text); INSERT INTO history SELECT repeat('x', 100) FROM generate_series(1, 50000);",
  );
});
afterEach(async () => {
  await ledger?.stop();
  ledger = undefined;
  await m?.remove();
});

/** Whatever a rehearsal could leave on the two servers. */
const left = async () => ({
  source: await m.source.sql(
    `SELECT (SELECT count(*)::int FROM pg_replication_slots) AS slots, (SELECT count(*)::int FROM pg_publication) AS publications,
            (SELECT relreplident FROM pg_class WHERE relname = 'history') AS identity`,
    [],
    "app",
  ),
  target: await m.target.sql(
    `SELECT (SELECT count(*)::int FROM pg_database WHERE datname ~ 'rehearsal') AS databases,
            (SELECT count(*)::int FROM pg_subscription) AS subscriptions`,
  ),
  tables: await m.target.sql(
    "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'",
    [],
    "app",
  ),
});
const nothing = {
  source: [{ slots: 0, publications: 0, identity: "d" }],
  target: [{ databases: 0, subscriptions: 0 }],
  tables: [{ n: 0 }],
};

test("under load: the source is copied and compared, and nothing of it stays", async () => {
  ledger = startLedger(m.pooler.url, 2, 5);
  const blocked = await m.run("rehearse");
  expect([blocked.code, blocked.out.includes("public.history")]).toEqual([3, true]);
  expect(await left()).toEqual(nothing);
  const rehearsed = await m.run("rehearse", "--identity-full", "public.history");
  expect(rehearsed.out).toContain("rows compared");
  expect(rehearsed.code).toBe(0);
  expect(await left()).toEqual(nothing);
  // neither has begun a move, nor does it stand in the way of one
  expect(await m.journal()).toBeUndefined();
  expect((await m.run("start", "--identity-full", "public.history")).code).toBe(0);
  await ledger.stop();
  expect(ledger.failures).toEqual([]);
  expect(await audit(m.source.url("app"), ledger)).toEqual(nothingLost);
});

test("one that was killed is taken away by the next, so that its slot does not fill the source's disk", async () => {
  const run = m.start("rehearse", "--identity-full", "public.history");
  while ((await left()).source[0]?.slots === 0) await sleep(20);
  run.child.kill("SIGKILL");
  await run.ended;
  // somebody tidied the target by hand meanwhile
  const [database] = await m.target.sql("SELECT datname FROM pg_database WHERE datname ~ 'rehearsal'");
  await m.target.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ~ 'rehearsal'");
  await m.target.sql(`DROP DATABASE IF EXISTS ${database?.datname} WITH (FORCE)`).catch(() => {});
  expect((await left()).source).toEqual([expect.objectContaining({ slots: 1 })]);
  const next = await m.run("rehearse", "--identity-full", "public.history");
  expect([next.code, next.out]).toEqual([0, expect.stringContaining("rows compared")]);
  expect(await left()).toEqual(nothing);
});
