import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finish, rollBack } from "../../migrations/stages/back.ts";
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
