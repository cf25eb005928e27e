import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { abort } from "../migrations/stages/back.ts";
import { begin } from "../migrations/stages/begin.ts";
import { compareAll } from "../migrations/stages/compare.ts";
import { cutOver } from "../migrations/stages/cutover.ts";
import { startGuardian } from "../migrations/stages/guardian.ts";
import { readEvidence } from "../migrations/stages/journal.ts";
import { type Move, usual } from "../migrations/stages/move.ts";
import { openMove } from "../migrations/stages/open.ts";
import type { Sides } from "../migrations/stages/side.ts";
import { namesOf } from "../migrations/stages/states.ts";
import { tool } from "../migrations/stages/tools.ts";
import { poolerTraffic } from "../migrations/stages/traffic.ts";
import { verify } from "../migrations/stages/verify.ts";
import { type Cluster, pgbench, startCluster } from "../tests/support/cluster.ts";
import { audit, ledgerSchema, startLedger } from "../tests/support/ledger.ts";
import { startPooler } from "../tests/support/pgbouncer.ts";
import { fill, nativeSync, type Shape, syncSettings } from "./promoteData.ts";

/**
 * `node bench/promote.ts copy [SCALE] [pgbench] | copy GIGABYTES one|many | follow [TRANSACTIONS] | locate [ROWS] |
 * pause [ROUNDS]`: a copy of pgbench's tables, or of rows that do not compress in one table or in 200, against pg_dump
 * and pg_restore, native initial sync, and pgcopydb where it is installed; catching up with what was written while
 * nobody followed, against the writing of it; locating differences, against reladiff where it
 * is; how long writes wait in a cutover, with a ledger of each.
 */
const run = promisify(execFile);
const [what = "copy", count, shape = "pgbench"] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

const onPath = (called: string): Promise<string | undefined> =>
  run("which", [called]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );

const clusters = (): Promise<[Cluster, Cluster]> => Promise.all([startCluster(), startCluster()]);

const sidesOf = (source: Cluster, target: Cluster): Sides => ({
  source: { side: "source", name: "source", url: source.url("app"), urlForPeer: source.url("app") },
  target: { side: "target", name: "target", url: target.url("app"), urlForPeer: target.url("app") },
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const figure = (called: string, seconds: number, peer?: number) =>
  say(
    `${called.padEnd(44)} ${seconds.toFixed(1)} s${peer ? `  ${(seconds / peer).toFixed(2)} ×` : ""}  (load ${loadavg()[0]?.toFixed(1)})`,
  );

async function anew(target: Cluster) {
  await target.sql("DROP DATABASE IF EXISTS app WITH (FORCE)");
  await target.sql("CREATE DATABASE app");
}

async function moveOf(
  source: Cluster,
  target: Cluster,
  folder: string,
  history: string[] = [],
): Promise<Move> {
  const sides = sidesOf(source, target);
  const memory = await openMove(join(folder, "move"), sides, {
    from: "a",
    to: "b",
    wayBack: true,
    identityFull: history,
  });
  return { sides, memory, limits: usual, say: () => {} };
}

async function copy(amount: number, of: Shape) {
  const [source, target] = await Promise.all([startCluster(), startCluster({ settings: syncSettings })]);
  const folder = await mkdtemp(join(tmpdir(), "rung-bench-"));
  try {
    const bytes = await fill(source, of, amount);
    say(`${(bytes / 1e9).toFixed(2)} GB, ${of}`);
    const dumped = async () => {
      await anew(target);
      const seconds = await timed(async () => {
        await run(tool("pg_dump"), ["-Fd", "-j", "4", "-f", join(folder, "dump"), source.url("app")]);
        await run(tool("pg_restore"), ["-j", "4", "-d", target.url("app"), join(folder, "dump")]);
      });
      await rm(join(folder, "dump"), { recursive: true });
      return seconds;
    };
    const ours = async () => {
      await anew(target);
      const move = await moveOf(
        source,
        target,
        folder,
        of === "pgbench" ? ['"public"."pgbench_history"'] : [],
      );
      const seconds = await timed(() => begin(move));
      await abort(move, "measured");
      await rm(join(folder, "move"), { recursive: true });
      return seconds;
    };
    const cloned = async () => {
      await anew(target);
      const jobs = ["--table-jobs", "4", "--index-jobs", "4", "--no-acl", "--no-owner"];
      const seconds = await timed(() => pgcopydb({ source, target, folder }, "clone", ...jobs));
      await rm(join(folder, "pgcopydb"), { recursive: true, force: true });
      return seconds;
    };
    const native = async () => {
      await anew(target);
      return timed(() => nativeSync(source, target));
    };
    for (let round = 0; round < (of === "pgbench" ? 2 : 1); round += 1) {
      const peer = await dumped();
      figure("pg_dump -Fd -j 4, pg_restore -j 4", peer);
      figure("rung: copied, indexed, following", await ours(), peer);
      if (await onPath("pgcopydb")) figure("pgcopydb clone", await cloned(), peer);
      figure("native initial sync", await native(), peer);
    }
  } finally {
    await Promise.all([source.remove(), target.remove(), rm(folder, { recursive: true, force: true })]);
  }
}

/** Transactions of pgbench change four rows each; they are written while nobody follows. */
async function follow(transactions: number) {
  const [source, target] = await clusters();
  const folder = await mkdtemp(join(tmpdir(), "rung-bench-"));
  const [clients, each] = [8, Math.round(transactions / 8)];
  const rate = (called: string, seconds: number, peer?: number) =>
    figure(`${called}: ${Math.round((4 * clients * each) / seconds)} changes/s`, seconds, peer);
  try {
    await fill(source, "pgbench", 20);
    await anew(target);
    const move = await moveOf(source, target, folder, ['"public"."pgbench_history"']);
    await begin(move);
    const { forth } = namesOf(move.memory.journal);
    await target.sql(`ALTER SUBSCRIPTION ${forth} DISABLE`, undefined, "app");
    const written = await timed(() =>
      pgbench(source.url("app"), "-n", "-c", `${clients}`, "-j", "2", "-t", `${each}`),
    );
    rate("pgbench, 8 writers", written);
    const [{ lsn } = {}] = await source.sql("SELECT pg_current_wal_flush_lsn()::text AS lsn");
    const caughtUp = await timed(async () => {
      await target.sql(`ALTER SUBSCRIPTION ${forth} ENABLE`, undefined, "app");
      const applied =
        "SELECT confirmed_flush_lsn >= $1::pg_lsn AS done FROM pg_replication_slots WHERE slot_name = $2";
      while (!(await source.sql(applied, [lsn, forth]))[0]?.done) await sleep(20);
    });
    rate("rung, caught up", caughtUp, written);
    await abort(move, "measured");
  } finally {
    await Promise.all([source.remove(), target.remove(), rm(folder, { recursive: true, force: true })]);
  }
}

interface Between {
  readonly source: Cluster;
  readonly target: Cluster;
  readonly folder: string;
}

async function pgcopydb({ source, target, folder }: Between, command: string, ...args: string[]) {
  const both = ["--source", source.url("app"), "--target", target.url("app")];
  const PATH = `${tool("pg_dump").replace(/\/pg_dump$/, "")}:${process.env.PATH}`;
  const all = [command, ...both, "--dir", join(folder, "pgcopydb"), ...args];
  await run("pgcopydb", all, { env: { ...process.env, PATH }, maxBuffer: 1e9, timeout: 300_000 });
}

const shapeOf = (text: string): Shape => {
  if (text === "pgbench" || text === "one" || text === "many") return text;
  throw new Error("pgbench, one or many");
};

async function locate(rows: number) {
  const reladiff = await onPath("reladiff");
  const [source, target] = await clusters();
  try {
    for (const one of [source, target]) {
      await one.sql("CREATE DATABASE app");
      await one.sql(
        `CREATE TABLE big (id bigint PRIMARY KEY, a int, b text, at timestamptz);
         INSERT INTO big SELECT i, i % 1000, md5(i::text), timestamptz '2026-01-01' + i * interval '1 s' FROM generate_series(1, ${rows}) i;`,
        undefined,
        "app",
      );
      await one.sql("VACUUM ANALYZE big", undefined, "app");
    }
    const { source: leader, target: follower } = sidesOf(source, target);
    const look = () =>
      verify({ leader, follower, application: "bench", schemas: ["public"], jobs: 2, sequences: true });
    for (const differences of [0, 1, 1000]) {
      await target.sql(
        `UPDATE big SET a = a + 1 WHERE id IN (SELECT 1 + (i::bigint * 7919 * 131) % ${rows} FROM generate_series(1, ${differences}) i)`,
        undefined,
        "app",
      );
      // the same work, where it is installed: pip install "reladiff[postgresql]"
      const columns = ["a", "b", "at"].flatMap((column) => ["-c", column]);
      const args = [source.url("app"), "big", target.url("app"), "big", "-k", "id", ...columns, "--stats"];
      const peer = reladiff ? await timed(() => run(reladiff, args)) : undefined;
      if (peer) figure(`reladiff, ${differences} differences`, peer);
      let found = 0;
      const seconds = await timed(async () => {
        found = (await look()).tables[0]?.differences.length ?? 0;
      });
      figure(`${rows} rows, ${found} differences located`, seconds, peer);
    }
  } finally {
    await Promise.all([source.remove(), target.remove()]);
  }
}

async function pause(rounds: number) {
  const pauses: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [source, target] = await clusters();
    const folder = await mkdtemp(join(tmpdir(), "rung-bench-"));
    await Promise.all([source.sql("CREATE DATABASE app"), target.sql("CREATE DATABASE app")]);
    await source.sql(ledgerSchema, undefined, "app");
    const pooler = await startPooler("app", source.port, "app");
    const ledger = startLedger(pooler.url, 8);
    try {
      const plain = await moveOf(source, target, folder);
      const { sides, memory } = plain;
      const move: Move = {
        ...plain,
        traffic: poolerTraffic(pooler, sides),
        guardian: () => startGuardian({ folder: memory.folder, sides, pooler }),
      };
      await begin(move);
      await compareAll(move);
      await cutOver(move);
      await new Promise((done) => setTimeout(done, 500));
      await ledger.stop();
      const found = await audit(target.url("app"), ledger);
      const waited = (await readEvidence(memory.folder)).findLast(({ what }) => what === "requests waited");
      pauses.push(ledger.longestMs());
      say(
        `${round + 1}: longest wait ${ledger.longestMs().toFixed(0)} ms, ${ledger.acknowledged.size} writes, ${ledger.failures.length} failed, ${JSON.stringify(found)}, ${JSON.stringify(waited?.found)}`,
      );
    } finally {
      await ledger.stop();
      await Promise.all([source.remove(), target.remove(), pooler.remove(), rm(folder, { recursive: true })]);
    }
  }
  const sorted = pauses.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(0);
  say(`load ${loadavg()[0]?.toFixed(1)}`);
  say(`median ${at(0.5)} ms, 99th percentile ${at(0.99)} ms, longest ${at(1)} ms of ${rounds}`);
}

if (what === "copy") await copy(Number(count ?? 100), shapeOf(shape));
else if (what === "follow") await follow(Number(count ?? 50_000));
else if (what === "locate") await locate(Number(count ?? 10_000_000));
else if (what === "pause") await pause(Number(count ?? 20));
else throw new Error("copy, follow, locate or pause");
