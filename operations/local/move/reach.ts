import { createHmac } from "node:crypto";
import { join } from "node:path";
import { failure } from "../../../components/model/diagnostics.ts";
import { answeringDocker } from "../../../engine/docker.ts";
import { execIn } from "../../../engine/exec.ts";
import { startGuardian } from "../../../migrations/stages/guardian.ts";
import { name, type Side, type Sides, withSession } from "../../../migrations/stages/side.ts";
import type { Serving } from "../../../migrations/stages/states.ts";
import {
  type PoolerFile,
  poolerTraffic,
  type Traffic,
  together,
} from "../../../migrations/stages/traffic.ts";
import type { Living, MoveReach } from "../../stage.ts";
import { type Forward, forward } from "../forward.ts";
import { type End, endOf, environmentIn } from "./ends.ts";
import { ensureRelay, removeRelay } from "./relays.ts";
import { reachStores } from "./stores.ts";

/** What one server follows the other as; there while a move is. */
const role = "mover";

/** What the guardian is told, and no secret: it asks Docker for those by itself. */
export interface LocalGuarded {
  readonly folder: string;
  readonly source: End;
  readonly target: End;
}

/** Both ends of a move, reached from this machine, with nothing published: each session is a `socat` in a container. */
export async function reachEnds(ends: Pick<LocalGuarded, "source" | "target">) {
  const forwards: Forward[] = [];
  const to = async (container: string, socket: string, called: string) => {
    const way = await forward(container, `UNIX-CONNECT:${socket}/${called}`, called);
    forwards.push(way);
    return encodeURIComponent(way.folder);
  };
  const side = async (which: Serving, end: End): Promise<Side> => {
    const known = await environmentIn(end.database);
    const secret = createHmac("sha256", known.get("OWNER_PASSWORD") ?? "").update(`rung promote ${role}`);
    const base = `${end.peer}:5432/${end.databaseName}`;
    const folder = await to(end.database, "/run/postgresql", ".s.PGSQL.5432");
    return {
      side: which,
      name: end.stack,
      url: `postgresql://postgres@socket/${end.databaseName}?host=${folder}&sslmode=disable`,
      tools: {
        command: (variables) => [
          "docker",
          "exec",
          "-i",
          ...variables.flatMap((variable) => ["-e", variable]),
          end.database,
        ],
        host: "/run/postgresql",
        folder: "/tmp",
      },
      urlForPeer: `postgresql://${role}:${secret.digest("hex")}@${base}?sslmode=require`,
      // the source's pooler is the one that is led elsewhere
      urlForPooler: `postgresql://app:${known.get("APP_PASSWORD")}@${which === "source" ? `database:5432/${end.databaseName}` : base}`,
    };
  };
  const sides: Sides = {
    source: await side("source", ends.source),
    target: await side("target", ends.target),
  };
  const consoleOf = async (end: End) =>
    `postgresql://pgbouncer@socket:6432/pgbouncer?host=${await to(end.pooler, "/run/pooler", ".s.PGSQL.6432")}`;
  const [led, other] = [await consoleOf(ends.source), await consoleOf(ends.target)];
  const traffic = (): Traffic => {
    const of = (end: End, admin: string) =>
      poolerTraffic({ admin, file: lead, database: end.databaseName }, sides, fileIn(end.pooler));
    return together(of(ends.source, led), of(ends.target, other));
  };
  const close = async () => void (await Promise.all(forwards.map((one) => one.close())));
  return { sides, traffic, close };
}

/** Where a pooler's image keeps it. */
const lead = "/var/lib/pooler/databases.ini";

/** By environment: arguments are shown to all who may list processes. */
const fileIn = (container: string): PoolerFile => ({
  read: () => inShell(container, `cat ${lead}`, {}),
  write: async (text) =>
    void (await inShell(
      container,
      `umask 077; printf '%s' "$TEXT" >${lead}.new && sync ${lead}.new && mv ${lead}.new ${lead}`,
      { TEXT: text },
    )),
});

async function inShell(container: string, script: string, env: Readonly<Record<string, string>>) {
  const ran = await execIn(await answeringDocker(), container, ["bash", "-c", script], { env });
  if (ran.code === 0) return ran.stdout;
  throw failure(`${container}: ${ran.stderr.trim()}`, 'see "rung status"', "docker");
}

/**
 * Two stacks of this machine, for a move between them. Nothing of either is open to the other but while a move is, and
 * then the databases alone, by TLS and a role that may replicate and nothing else.
 */
export async function moveReach(from: Living, to: Living): Promise<MoveReach> {
  const ends = { source: endOf(from), target: endOf(to) };
  const { sides, traffic, close } = await reachEnds(ends);
  const stores = await reachStores(from, to);
  return {
    sides,
    ...(stores && { objects: stores.objects }),
    traffic: traffic(),
    guardian: (folder) =>
      startGuardian<LocalGuarded>({ folder, ...ends }, join(import.meta.dirname, "guardianProcess.ts")),
    // the monitor reads; `postgres` is nobody from outside: backups, and pg_cron
    knownRoles: ["monitor", "postgres"],
    async bridge() {
      await Promise.all([sides.source, sides.target].map(makeRole));
      await ensureRelay(ends.source, ends.target);
      await ensureRelay(ends.target, ends.source);
      const { target, source } = ends;
      await trust(source.pooler, (await environmentIn(target.database)).get("CA_CERT") ?? "");
    },
    async unbridge(serves) {
      await Promise.all([sides.source, sides.target].map(dropRole));
      await removeRelay(ends.source);
      if (serves === "target") return; // the source's app goes on with the target's database, until it goes down
      await removeRelay(ends.target);
      await trust(ends.source.pooler, "");
    },
    close: async () => void (await Promise.all([close(), stores?.close()])),
  };
}

/** The source's pooler believes the target's CA too. PgBouncer reads it again when it is led there. */
const trust = (pooler: string, ca: string) =>
  inShell(
    pooler,
    `printf '%s\n' "$PEER" >/var/lib/pooler/peer.crt && printf '%s\n' "$CA_CERT" "$PEER" >/run/pooler/ca.crt`,
    { PEER: ca },
  );

const application = "rung-promote";
const quiet =
  "SET log_min_duration_statement = -1; SET log_min_error_statement = panic; SET log_statement = 'none'";

const makeRole = (side: Side): Promise<void> =>
  withSession(side, application, async (client) => {
    const { password } = new URL(side.urlForPeer);
    const { rows } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
    await client.query(quiet);
    if (rows.length === 0) await client.query(`CREATE ROLE ${role} LOGIN REPLICATION PASSWORD '${password}'`);
    const database = decodeURIComponent(new URL(side.url).pathname.slice(1));
    await client.query(`GRANT CONNECT ON DATABASE ${name(database)} TO ${role}`);
  });

const dropRole = (side: Side): Promise<void> =>
  withSession(side, application, async (client) => {
    const { rows } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
    if (rows.length === 0) return;
    const database = decodeURIComponent(new URL(side.url).pathname.slice(1));
    await client.query(`REVOKE CONNECT ON DATABASE ${name(database)} FROM ${role}; DROP ROLE ${role}`);
  });
