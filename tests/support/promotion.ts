import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { paths, root } from "../../engine/paths.ts";
import type { Journal } from "../../migrations/stages/states.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { ledgerSchema } from "./ledger.ts";
import { startWire, type Wire } from "./network.ts";
import { startPooler, type TestPooler } from "./pgbouncer.ts";

/** Two clusters, a pooler before them, a wire between them, and the command that moves from one to the other. */
export interface Promotion {
  readonly source: Cluster;
  readonly target: Cluster;
  readonly pooler: TestPooler;
  /** How each server reaches the other; Rung goes another way. */
  readonly wires: readonly Wire[];
  /** Starts `rung promote STEP`. */
  start(step: string, ...options: string[]): Run;
  /** Runs it to its end. */
  run(step: string, ...options: string[]): Promise<Ended>;
  journal(): Promise<Journal | undefined>;
  /** Waits until the journal is as asked, or the run has ended. */
  until(met: (journal: Journal) => boolean, run?: Run): Promise<void>;
  remove(): Promise<void>;
}

export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly out: string;
}

export async function promotion(more = ""): Promise<Promotion> {
  const [source, target] = await Promise.all([startCluster(), startCluster()]);
  await Promise.all([source.sql("CREATE DATABASE app"), target.sql("CREATE DATABASE app")]);
  await source.sql(`${ledgerSchema}${more}`, undefined, "app");
  const pooler = await startPooler("app", source.port, "app");
  const wires = await Promise.all([startWire(source.port), startWire(target.port)]);
  const from = `test-${randomBytes(3).toString("hex")}`;
  const folder = join(paths.own, "moves", `${from}-to-next`);
  const peer = (wire: Wire | undefined) =>
    `postgresql://postgres:secret-postgres@127.0.0.1:${wire?.port}/app`;
  const env = {
    ...process.env,
    RUNG_PROMOTE_FROM_URL: source.url("app"),
    RUNG_PROMOTE_TO_URL: target.url("app"),
    RUNG_PROMOTE_FROM_PEER_URL: peer(wires[0]),
    RUNG_PROMOTE_TO_PEER_URL: peer(wires[1]),
    RUNG_PROMOTE_POOLER: pooler.admin,
    RUNG_PROMOTE_POOLER_FILE: pooler.file,
  };
  const start = (step: string, ...options: string[]): Run => {
    const args = [
      join(root, "cli", "main.ts"),
      "promote",
      step,
      "--from",
      from,
      "--to",
      "next",
      "--pause",
      "60",
      ...options,
    ];
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    child.stdout.on("data", (part) => {
      out += part;
    });
    child.stderr.on("data", (part) => {
      out += part;
    });
    return { child, ended: new Promise((done) => child.on("exit", (code) => done({ code, out }))) };
  };
  const journal = async (): Promise<Journal | undefined> => {
    const [only] = await readdir(folder).catch(() => []);
    if (only === undefined) return undefined;
    return readFile(join(folder, only, "journal.json"), "utf8").then(JSON.parse, () => undefined);
  };
  return {
    source,
    target,
    pooler,
    wires,
    start,
    run: (step, ...options) => start(step, ...options).ended,
    journal,
    async until(met, run) {
      let over = false;
      run?.ended.then(() => {
        over = true;
      });
      for (;;) {
        const now = await journal();
        if ((now && met(now)) || over) return;
        await sleep(3);
      }
    },
    async remove() {
      await Promise.all([
        source.remove(),
        target.remove(),
        pooler.remove(),
        ...wires.map((one) => one.remove()),
      ]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
