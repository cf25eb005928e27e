import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, chmod, chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A PostgreSQL that is installed on this machine. */
export interface PostgresServer {
  readonly major: number;
  /** The folder of its programs. */
  readonly bin: string;
}

/** Where packages put each major: Debian's and Ubuntu's, Red Hat's, Homebrew's. */
const places: readonly { readonly folder: string; readonly name: RegExp; readonly bin: string }[] = [
  { folder: "/usr/lib/postgresql", name: /^(\d+)$/, bin: "bin" },
  { folder: "/usr", name: /^pgsql-(\d+)$/, bin: "bin" },
  { folder: "/opt/homebrew/opt", name: /^postgresql@(\d+)$/, bin: "bin" },
  { folder: "/usr/local/opt", name: /^postgresql@(\d+)$/, bin: "bin" },
];

/** The servers that are installed, the oldest first. */
export function installedServers(): readonly PostgresServer[] {
  return places
    .flatMap(({ folder, name, bin }) =>
      (existsSync(folder) ? readdirSync(folder) : []).flatMap((entry) => {
        const major = name.exec(entry)?.[1];
        return major === undefined ? [] : [{ major: Number(major), bin: join(folder, entry, bin) }];
      }),
    )
    .filter(({ bin }) => existsSync(join(bin, "postgres")))
    .toSorted((a, b) => a.major - b.major);
}

/** How a cluster of this process's own is made. */
export interface ClusterOptions {
  /** The role that made it, and rules it. */
  readonly superuser: string;
  /** Of the superuser; left out: whoever reaches the socket is let in, and nobody else can. */
  readonly password?: string;
  /** Of each file of its WAL; PostgreSQL's own 16 unless said. */
  readonly walSegmentMb?: number;
  /** Lines of postgresql.conf. */
  readonly settings: readonly string[];
}

/** A PostgreSQL in a folder of its own. */
export interface OwnCluster {
  readonly data: string;
  start(): Promise<void>;
  /** At once, as after a crash; what has ended already is no error. */
  stop(): Promise<void>;
  /** Runs one of the server's programs as the user that it runs as. */
  run(program: string, ...args: string[]): Promise<void>;
}

/** The cluster in a folder, whether it runs or not. PostgreSQL refuses to run as root: then it runs as `postgres`. */
export async function clusterIn(folder: string, { bin }: PostgresServer): Promise<OwnCluster> {
  const user = await notRoot();
  const as = { ...(user !== undefined && { uid: user, gid: user }), cwd: folder };
  const data = join(folder, "data");
  const own = async (program: string, ...args: string[]) => {
    await run(join(bin, program), args, as);
  };
  return {
    data,
    run: own,
    start: () => own("pg_ctl", "-D", data, "-w", "-t", "60", "-l", join(folder, "log"), "start"),
    stop: () => own("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop").catch(() => {}),
  };
}

/** Makes a cluster in a folder that is there; its socket is there, too. */
export async function makeCluster(
  folder: string,
  server: PostgresServer,
  { superuser, password, walSegmentMb, settings }: ClusterOptions,
): Promise<OwnCluster> {
  const user = await notRoot();
  if (user !== undefined) await chown(folder, user, user);
  const cluster = await clusterIn(folder, server);
  const secret = join(folder, "password");
  if (password !== undefined) await writeFile(secret, `${password}\n`);
  const known = password === undefined ? ["-A", "trust"] : ["-A", "scram-sha-256", "--pwfile", secret];
  const text = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
  if (walSegmentMb !== undefined) text.push(`--wal-segsize=${walSegmentMb}`);
  await cluster.run("initdb", "-D", cluster.data, "-U", superuser, ...known, ...text);
  const own = [`unix_socket_directories = '${folder}'`, ...settings, ""];
  await appendFile(join(cluster.data, "postgresql.conf"), own.join("\n"));
  return cluster;
}

/** A folder that only its owner and the server look into, empty; what ran in it was stopped. */
export async function emptyFolder(folder: string, server: PostgresServer): Promise<void> {
  await clearFolder(folder, server);
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
}

/** Ends what runs in a folder, and deletes it; what is gone already is no error. */
export async function clearFolder(folder: string, server: PostgresServer): Promise<void> {
  if (!existsSync(folder)) return;
  const cluster = await clusterIn(folder, server);
  if (existsSync(join(cluster.data, "postmaster.pid"))) await cluster.stop();
  // What a killed drill had begun may write for a moment more.
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

/** The process of the server that runs in a folder. @throws where none does */
export const postmasterOf = async (data: string): Promise<number> =>
  Number((await readFile(join(data, "postmaster.pid"), "utf8")).split("\n")[0]);

async function notRoot(): Promise<number | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return Number((await run("id", ["-u", "postgres"])).stdout);
}
