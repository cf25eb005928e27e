import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { failure } from "../../components/model/diagnostics.ts";
import type { Spec } from "../../components/model/spec.ts";
import { root } from "../../engine/paths.ts";
import {
  clearFolder,
  emptyFolder,
  installedServers,
  makeCluster,
  type PostgresServer,
} from "../../engine/postgres.ts";
import { mayBecomeApp } from "../database/isolation.ts";
import { witnessOf } from "../database/witness.ts";
import type { Check } from "../drill/evidence.ts";
import { asExpected } from "../drill/record.ts";
import { type Report, step } from "../progress.ts";
import type { Witness } from "../stage.ts";
import type { Bench, Dump } from "./dumps.ts";

/** A PostgreSQL of a drill's own: reached by a socket in a folder that nobody else opens. */
export interface Reached {
  readonly folder: string;
  readonly server: PostgresServer;
  /** libpq's variables, as the owner. */
  readonly env: Readonly<Record<string, string>>;
}

/** How one vendor's dumps are restored. */
export interface PostgresDumps {
  /** Who rules a cluster of the vendor's, and who owns the schema there: policies name the owner. */
  readonly superuser: string;
  readonly owner: string;
  /** What the vendor's databases have before a dump comes, and what `rung up` makes: as the superuser. */
  prepare(client: pg.Client): Promise<void>;
  /** Brings it out of its bucket and into the database: all of it, or nothing. */
  load(dump: Dump, at: Reached, report: Report): Promise<void>;
  /** What was noted of a dump when it was taken. */
  noted(dump: Dump): Promise<Witness | undefined>;
  /** What a person would do next to what came back, or look at: in order, before the schema is compared. */
  readonly after: readonly ((client: pg.Client, dump: Dump, spec: Spec) => Promise<Check>)[];
}

const run = promisify(execFile);
const database = "postgres";

/**
 * A throw-away cluster in a temporary folder of this machine (`TMPDIR`), of the major that the spec names: another would
 * write the same schema in other words.
 * @param name tells one stack's bench from another's
 */
export function postgresBench(name: string, spec: Spec, by: PostgresDumps): Bench {
  const server = mustHave(spec.database?.version ?? 17);
  const own = createHash("sha256").update(`${root} ${name}`).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), `rung-drill-${own}`);
  const sessions: pg.Client[] = [];
  const connected = async (user: string) => {
    const client = new pg.Client({ host: folder, port: 5432, user, database, ssl: false });
    client.on("error", () => {}); // told by the query that fails of it
    await client.connect();
    sessions.push(client);
    return client;
  };
  return {
    async restore(dump, report) {
      await step(report, "cluster", async () => {
        await emptyFolder(folder, server);
        const settings = ["listen_addresses = ''", "fsync = off", "max_wal_size = 4GB", "port = 5432"];
        const cluster = await makeCluster(folder, server, { superuser: by.superuser, settings });
        await cluster.start();
        const ruler = await connected(by.superuser);
        if (by.owner !== by.superuser)
          await ruler.query(`CREATE ROLE ${by.owner} LOGIN CREATEROLE BYPASSRLS`);
        await ruler.query(`ALTER DATABASE ${database} OWNER TO ${by.owner}`);
        await by.prepare(ruler);
      });
      const env = { PGHOST: folder, PGPORT: "5432", PGUSER: by.owner, PGDATABASE: database };
      await by.load(dump, { folder, server, env }, report);
      const client = await connected(by.owner);
      const query = (text: string, values?: unknown[]) => client.query(text, values);
      return {
        witness: await step(report, "read", () => witnessOf(client)),
        noted: await by.noted(dump),
        async checks() {
          const found: Check[] = [];
          for (const look of by.after) found.push(await look(client, dump, spec));
          return [...found, await asExpected(query, spec, await mayBecomeApp(query))];
        },
      };
    },
    async clear() {
      for (const client of sessions.splice(0)) await client.end().catch(() => {});
      await clearFolder(folder, server);
    },
  };
}

function mustHave(major: number): PostgresServer {
  const server = installedServers().find((one) => one.major === major);
  if (server) return server;
  throw failure(
    `a dump is restored into a PostgreSQL ${major} of this machine, and there is none`,
    `install its server and tools: apt-get install postgresql-${major}, brew install postgresql@${major}`,
    "rung drill",
    64,
  );
}

/** Puts an archive of pg_dump's into the database: all of it, or nothing. @throws Error with what pg_restore says */
export async function restoreArchive(file: string, { server, env }: Reached): Promise<void> {
  const how = ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname", database, file];
  try {
    await run(join(server.bin, "pg_restore"), how, { env: { ...process.env, ...env } });
  } catch (error) {
    throw new Error(withoutRows((error as { stderr?: string }).stderr ?? String(error)));
  }
}

/** What stands in quotes after these is of the schema; any other quoted text may be of a row. */
const quoted =
  /(\b(?:role|schema|extension|relation|table|function|type|column|policy|index|language) )?"[^"]*"/g;

/** What PostgreSQL's tools said, without what was in the database: evidence holds nothing of it. */
export function withoutRows(said: string): string {
  const lines = said.split("\n").filter((line) => /\b(error|fatal|restore):/i.test(line));
  const kept = lines.slice(-3).join("; ");
  return kept.replaceAll(quoted, (all, noun) => (noun ? all : '"…"')) || "it does not say why";
}
