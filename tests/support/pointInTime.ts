import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, chown, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { freePorts } from "../../operations/freePorts.ts";
import { type Cluster, startCluster } from "./cluster.ts";

const run = promisify(execFile);

/** A cluster that archives its WAL, with a base backup: any moment since can be brought back beside it, for real. */
export interface Archived {
  readonly cluster: Cluster;
  /** Brings up a copy as it was at a time. @param time ISO 8601 @returns its port */
  restore(name: string, time: string): Promise<number>;
  /** Ends a copy and deletes it. */
  drop(name: string): Promise<void>;
  remove(): Promise<void>;
}

/** @param prepare runs before the base backup */
export async function archivedCluster(prepare: (cluster: Cluster) => Promise<void>): Promise<Archived> {
  const cluster = await startCluster({
    walSegmentMb: 1, // one is archived a second, and read again by each restore
    settings: [
      "archive_mode = on",
      "archive_command = 'mkdir -p ../archive && cp %p ../archive/%f.part && mv ../archive/%f.part ../archive/%f'",
      "archive_timeout = 1s",
    ],
  });
  await prepare(cluster);
  const base = join(cluster.folder, "base");
  const address = ["-d", cluster.url()];
  await cluster.run("pg_basebackup", ...address, "-D", base, "-X", "none", "-c", "fast", "--no-sync");
  const copies = new Set<string>();
  const folderOf = (name: string) => join(cluster.folder, name);
  const drop = async (name: string) => {
    await cluster.run("pg_ctl", "-D", folderOf(name), "-w", "-m", "immediate", "stop").catch(() => {});
    await rm(folderOf(name), { recursive: true, force: true });
    copies.delete(name);
  };
  return {
    cluster,
    drop,
    async restore(name, time) {
      const to = folderOf(name);
      copies.add(name);
      const { uid, gid } = await stat(base);
      await archivedUpToNow(cluster);
      await run("cp", ["-a", base, to]);
      await mkdir(join(to, "pg_wal", "archive_status"), { recursive: true });
      const [port = 0] = await freePorts(1);
      await writeFile(join(to, "recovery.signal"), "");
      await appendFile(
        join(to, "postgresql.conf"),
        [
          `port = ${port}`,
          "archive_mode = off",
          // Nobody is let in before the moment is reached.
          "hot_standby = off",
          "restore_command = 'cp ../archive/%f %p'",
          `recovery_target_time = '${time.replace("T", " ").replace("Z", "+00")}'`,
          "recovery_target_action = promote",
          "",
        ].join("\n"),
      );
      // Written by this process, which may be root; PostgreSQL is not.
      for (const path of ["pg_wal", "pg_wal/archive_status", "recovery.signal"])
        await chown(join(to, path), uid, gid);
      await cluster.run("pg_ctl", "-D", to, "-w", "-t", "120", "-l", join(to, "log"), "start");
      await recovered(cluster, to, port);
      return port;
    },
    async remove() {
      for (const name of [...copies]) await drop(name);
      await cluster.remove();
    },
  };
}

/** A commit of its own ends what the target's second holds; then its segment lies in the archive. */
async function archivedUpToNow(cluster: Cluster): Promise<void> {
  await cluster.sql("SELECT pg_logical_emit_message(true, 'test', '')");
  const [row] = await cluster.sql("SELECT pg_walfile_name(pg_switch_wal()) AS segment");
  while (!existsSync(join(cluster.folder, "archive", String(row?.segment)))) await sleep(50);
}

/** `pg_ctl` waits for a server that recovers, and not for the end of it. @throws Error when the server ended */
async function recovered(cluster: Cluster, folder: string, port: number): Promise<void> {
  for (;;) {
    await cluster.run("pg_ctl", "-D", folder, "status");
    const client = new pg.Client({
      connectionString: cluster.url().replace(`:${cluster.port}/`, `:${port}/`),
    });
    client.on("error", () => {});
    const there = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (there) return;
    await sleep(100);
  }
}
