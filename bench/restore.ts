/**
 * `node bench/restore.ts [GIGABYTES]`: a stack of `local` with events of so many gigabytes that do not compress; its
 * full backup, a restore in place from the command's begin until the database is healthy, and a drill. The peer is
 * pgBackRest alone: the same backup into an empty volume, in a container of the same image, until PostgreSQL answers.
 */
import { execFileSync } from "node:child_process";
import { theContainer } from "../tests/local/docker.ts";
import { sql } from "../tests/support/dataFaults.ts";
import { mustRung } from "../tests/support/rung.ts";
import { testStack } from "../tests/support/stack.ts";
import { heading } from "./measure.ts";

const gigabytes = Number(process.argv[2] ?? 1.5);
const bytesOfRow = 1850; // as measured, with its part of the indexes

const docker = (...args: string[]) =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
const figure = (called: string, seconds: number, peer?: number) =>
  console.log(
    `${called.padEnd(44)} ${seconds.toFixed(1).padStart(8)} s${peer ? `  ${(seconds / peer).toFixed(2)} ×` : ""}`,
  );
async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const own = await testStack();
const volume = `${own.stack}-alone`;
const on = ["--stack", own.stack];
try {
  await mustRung("up", ...on);
  await fill();
  const size = await sql(own, "SELECT round(pg_database_size('pulse') / 1e9, 2)");
  heading(`Backup and restore of ${size} GB`);
  figure("rung backup now --full", await timed(() => mustRung("backup", "now", "--full", ...on)));
  const alone = await timed(pgbackrest);
  figure("pgbackrest restore, until PostgreSQL answers", alone);
  const word = ["backup", "restore", ...on, "--in-place", "--no-last-backup", "--yes"];
  figure("rung backup restore, until it is healthy", await timed(() => mustRung(...word)), alone);
  figure("rung drill", await timed(() => drill()));
} finally {
  docker("volume", "rm", "--force", volume);
  await own.remove();
}

/** Events of this month; their triggers and keys are not what is measured. */
async function fill(): Promise<void> {
  const user = "00000000-0000-4000-8000-000000000001";
  const filler = Array.from({ length: 40 }, (_, at) => `md5(random()::text || ${at})`).join("||");
  await sql(
    own,
    `INSERT INTO public.users (id) VALUES ('${user}');
     SET session_replication_role = replica;
     INSERT INTO public.events (user_id, id, name, properties, occurred_at)
       SELECT '${user}', gen_random_uuid(), 'filled', jsonb_build_object('filler', ${filler}), now()
       FROM generate_series(1, ${Math.round((gigabytes * 1e9) / bytesOfRow)});
     RESET session_replication_role;
     VACUUM ANALYZE public.events`,
  );
}

/** What a person would type without Rung. */
async function pgbackrest(): Promise<void> {
  const { Config } = await theContainer(own, "backup");
  const script = `set -eu
    printf '%s\\n' "$CA_CERT" >/run/database/ca.crt; printf '%s\\n' "$DATABASE_SETTINGS" >/run/database/size.conf
    . repository
    pgbackrest restore --pg1-path="$PGDATA" --type=default
    postgres -D "$PGDATA" -c config_file=/etc/rung/postgresql.conf -c archive_mode=off -c ssl=off -c listen_addresses= &
    until psql -X -q -h /run/postgresql -U postgres -d postgres -c 'SELECT' 2>/dev/null; do sleep 0.1; done
    kill -INT $!; wait`;
  const database = await theContainer(own, "database");
  const settings = database.Config.Env.filter((one) => one.startsWith("DATABASE_SETTINGS="));
  const env = [...Config.Env, ...settings].flatMap((one) => ["--env", one]);
  const tmpfs = ["/tmp", "/run/database", "/run/postgresql"].flatMap((path) => [
    "--tmpfs",
    `${path}:mode=0700,uid=10002`,
  ]);
  const place = ["--network", `pulse-${own.stack}-private`, "--volume", `${volume}:/var/lib/postgresql/data`];
  const limits = ["--memory", String(database.HostConfig.Memory), "--shm-size", "128m"];
  docker(
    "run",
    "--rm",
    ...env,
    ...tmpfs,
    ...place,
    ...limits,
    "--entrypoint",
    "bash",
    Config.Image,
    "-c",
    script,
  );
}

async function drill(): Promise<void> {
  const last = (await mustRung("drill", ...on, "--json")).trim().split("\n").at(-1) ?? "";
  const { measured } = JSON.parse(last).evidence;
  console.log(`  RTO ${measured.rtoMinutes.toFixed(2)} min, RPO ${measured.rpoMinutes.toFixed(2)} min`);
}
