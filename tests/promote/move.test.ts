import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { abort, finish, rollBack } from "../../migrations/stages/back.ts";
import { begin } from "../../migrations/stages/begin.ts";
import { compareAll } from "../../migrations/stages/compare.ts";
import { cutOver } from "../../migrations/stages/cutover.ts";
import { startGuardian } from "../../migrations/stages/guardian.ts";
import { readEvidence } from "../../migrations/stages/journal.ts";
import { type Limits, type Move, usual } from "../../migrations/stages/move.ts";
import { openMove } from "../../migrations/stages/open.ts";
import type { Sides } from "../../migrations/stages/side.ts";
import { poolerTraffic } from "../../migrations/stages/traffic.ts";
import { differencesInWords } from "../../migrations/stages/verify.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { audit, type Ledger, ledgerSchema, nothingLost, startLedger } from "../support/ledger.ts";
import { startPooler, type TestPooler } from "../support/pgbouncer.ts";

let source: Cluster;
let target: Cluster;
let pooler: TestPooler;
let folder: string;
let ledger: Ledger | undefined;

beforeEach(async () => {
  [source, target] = await Promise.all([startCluster(), startCluster()]);
  folder = await mkdtemp(join(tmpdir(), "rung-move-"));
  await source.sql("CREATE DATABASE app");
  await target.sql("CREATE DATABASE app");
  await source.sql(ledgerSchema, undefined, "app");
  pooler = await startPooler("app", source.port, "app");
});
afterEach(async () => {
  await ledger?.stop();
  ledger = undefined;
  await Promise.all([source?.remove(), target?.remove(), pooler?.remove()]);
  await rm(folder, { recursive: true, force: true });
});

const sides = (): Sides => {
  const side = (which: "source" | "target", cluster: Cluster) => ({
    side: which,
    name: which,
    url: cluster.url("app"),
    urlForPeer: cluster.url("app"),
  });
  return { source: side("source", source), target: side("target", target) };
};

async function open(limits: Partial<Limits> = {}): Promise<Move> {
  const both = sides();
  const memory = await openMove(join(folder, "move"), both, {
    from: "prod",
    to: "next",
    wayBack: true,
    identityFull: [],
  });
  return {
    sides: both,
    memory,
    // the machine may be busy: how long requests wait is measured by the bench
    limits: { ...usual, jobs: 2, pauseMs: 60_000, ...limits },
    say: () => {},
    traffic: poolerTraffic(pooler, both),
    guardian: () => startGuardian({ folder: memory.folder, sides: both, pooler }),
  };
}

test("a whole move under load: nothing is lost or doubled, no request fails, and it ends when its time has come", async () => {
  ledger = startLedger(pooler.url);
  await sleep(1000);
  const move = await open();
  await begin(move);
  const compared = await compareAll(move);
  expect(differencesInWords(compared)).toEqual([]);
  await cutOver(move);
  await sleep(1000);
  expect(differencesInWords(await compareAll(move))).toEqual([]);
  await expect(finish(move)).rejects.toThrow("is watched for 48");
  await finish(move, Date.now() + 49 * 3_600_000);
  await ledger.stop();
  expect(ledger.failures).toEqual([]);
  expect(await audit(target.url("app"), ledger)).toEqual(nothingLost);
  expect(move.memory.journal.state).toBe("finished");
  const left =
    "SELECT (SELECT count(*) FROM pg_replication_slots) + (SELECT count(*) FROM pg_subscription) + (SELECT count(*) FROM pg_publication) AS n";
  expect(await source.sql(left, [], "app")).toEqual([{ n: "0" }]);
  expect(await target.sql(left, [], "app")).toEqual([{ n: "0" }]);
  expect((await readEvidence(move.memory.folder)).map(({ what }) => what)).toContain("finished");
});

test("a rollback brings along what was written since the cutover", async () => {
  ledger = startLedger(pooler.url);
  const move = await open();
  await begin(move);
  await compareAll(move);
  await cutOver(move);
  const before = ledger.acknowledged.size;
  await sleep(1500);
  expect(ledger.acknowledged.size).toBeGreaterThan(before);
  await rollBack(move);
  await sleep(500);
  await ledger.stop();
  expect(ledger.failures).toEqual([]);
  expect(await audit(source.url("app"), ledger)).toEqual(nothingLost);
  expect(move.memory.journal.state).toBe("rolled-back");
});

/** Log of the source's that says nothing, in bytes. */
const fillLog = (bytes: number) =>
  source.sql("SELECT pg_logical_emit_message(false, 'test', repeat('x', $1))", [bytes], "app");
const keptLog = /the source keeps \d+ MB of its log for the move, more than 8 MB/;
const slots = async () => (await source.sql("SELECT slot_name FROM pg_replication_slots", [], "app")).length;
const writes = (cluster: Cluster) =>
  cluster.sql("UPDATE balances SET entries = entries + 1 WHERE writer = 1 RETURNING entries", [], "app");

/** The follower stands, at a lock that somebody else holds. @returns what lets it go on */
async function heldUp(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: target.url("app") });
  await client.connect();
  await client.query("BEGIN; LOCK TABLE public.balances");
  return () => client.end();
}

test("a copy ends when the source keeps more of its log than it may; so does waiting for the follower", async () => {
  const move = await open({ keptBytes: 8e6 });
  // The slot is there, and not yet whole, while an older transaction is open: the copy has not begun.
  const older = new pg.Client({ connectionString: source.url("app") });
  await older.connect();
  await older.query("BEGIN; UPDATE balances SET entries = 1 WHERE writer = 2");
  const copying = begin(move).catch((error: Error) => error.message);
  while ((await slots()) === 0) await sleep(20);
  await fillLog(16e6);
  await older.query("COMMIT");
  await older.end();
  expect(await copying).toMatch(keptLog);
  expect(move.memory.journal).toMatchObject({ state: "copying" });
  expect(move.memory.journal.copied).toBeUndefined();

  await begin(move); // anew, and nothing fills the log
  const go = await heldUp();
  await writes(source);
  const following = begin(move).catch((error: Error) => error.message);
  const waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
  while ((await target.sql(waits, [], "app")).length === 0) await sleep(20);
  await fillLog(16e6);
  expect(await following).toMatch(keptLog);
  await expect(compareAll(move)).rejects.toThrow(keptLog);
  await go();
  await abort(move, "the disk would fill");
  expect(await slots()).toBe(0);
  expect(await writes(source)).toHaveLength(1);
});

test("no cutover while the target is far behind, nor by an old comparison; the source serves on", async () => {
  const move = await open({ lagBytes: 4e6 });
  await begin(move);
  await compareAll(move);
  const { verified } = move.memory.journal;
  if (!verified) throw new Error("not verified");

  const go = await heldUp();
  await writes(source);
  await fillLog(8e6);
  await expect(cutOver(move)).rejects.toThrow("the target is too far behind");
  expect(move.memory.journal).toMatchObject({ state: "verified", decided: "source" });
  await go();

  const old = new Date(Date.now() - 61 * 60_000).toISOString();
  await move.memory.write({ verified: { ...verified, at: old } });
  // the follower has caught up by then
  const tried = async () => cutOver(move).catch((error: Error) => error.message);
  let refused = await tried();
  while (String(refused).includes("too far behind")) refused = await tried();
  expect(refused).toMatch("the last comparison is too old");
  expect(move.memory.journal).toMatchObject({ state: "verified", decided: "source" });
  expect(await writes(source)).toHaveLength(1);

  expect(differencesInWords(await compareAll(move))).toEqual([]);
  await cutOver(move);
  expect(move.memory.journal).toMatchObject({ state: "cut-over", decided: "target" });
});
