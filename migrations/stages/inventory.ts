import type pg from "pg";
import { extensionsOf, rolesOf } from "./schema.ts";
import { connect, identityOf, type Side, type Sides } from "./side.ts";
import { filled, type Table, tablesOf } from "./tables.ts";
import { start } from "./tools.ts";

/** What is counted by one question to the catalogue. */
const counts = {
  sequences: "SELECT count(*) FROM pg_sequences WHERE schemaname = ANY ($1)",
  policies: "SELECT count(*) FROM pg_policies WHERE schemaname = ANY ($1)",
  materializedViews: "SELECT count(*) FROM pg_matviews WHERE schemaname = ANY ($1)",
  largeObjects: "SELECT count(*) FROM pg_largeobject_metadata WHERE $1::text[] IS NOT NULL",
  foreignTables:
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'f' AND nspname = ANY ($1)",
  preparedTransactions:
    "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database() AND $1::text[] IS NOT NULL",
  freeSlots:
    "SELECT current_setting('max_replication_slots')::int - count(*) FROM pg_replication_slots WHERE $1::text[] IS NOT NULL",
  freeSenders:
    "SELECT current_setting('max_wal_senders')::int - count(*) FROM pg_stat_activity WHERE backend_type = 'walsender' AND $1::text[] IS NOT NULL",
  freeWorkers:
    "SELECT least(current_setting('max_logical_replication_workers')::int, current_setting('max_worker_processes')::int) - count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL AND $1::text[] IS NOT NULL",
  oldestTransactionSeconds:
    "SELECT coalesce(extract(epoch FROM max(now() - xact_start)), 0)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND $1::text[] IS NOT NULL",
  bytes: "SELECT pg_database_size(current_database()) WHERE $1::text[] IS NOT NULL",
} as const;

/** Names that a question to the catalogue answers. */
const lists = {
  eventTriggers: "SELECT evtname FROM pg_event_trigger WHERE $1::text[] IS NOT NULL",
  /** They fire for what is replicated too: then they would fire twice. */
  alwaysTriggers:
    "SELECT n.nspname || '.' || c.relname || '.' || g.tgname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE g.tgenabled IN ('A', 'R') AND NOT tgisinternal AND nspname = ANY ($1)",
  /** Rows that users put into extensions' tables, e.g. pg_cron's jobs. */
  extensionTables:
    "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e' WHERE c.relkind = 'r' AND c.reltuples > 0 AND c.relnamespace <> 'pg_catalog'::regnamespace AND $1::text[] IS NOT NULL",
  forcedSecurity:
    "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relforcerowsecurity AND nspname = ANY ($1)",
  otherSchemas:
    "SELECT nspname FROM pg_namespace n WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'rung_promote') AND NOT nspname = ANY ($1)",
  clients:
    "SELECT DISTINCT concat_ws(' ', usename, nullif(application_name, ''), host(client_addr)) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name !~ '^rung-promote' AND $1::text[] IS NOT NULL",
  sameRoleClients:
    "SELECT DISTINCT usename::text FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND usename = current_user AND application_name !~ '^rung-promote' AND pid <> pg_backend_pid() AND $1::text[] IS NOT NULL",
  logins: "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname !~ '^pg_' AND $1::text[] IS NOT NULL",
} as const;

/** Whoever signs in by a table that Supabase's sign-in service keeps. */
export interface Users {
  readonly count: number;
  /** With a password's hash. */
  readonly hashed: number;
  /** With one that neither bcrypt nor argon2 wrote. */
  readonly foreign: number;
}

export interface Inventory {
  readonly side: Side["side"];
  readonly identity: string;
  /** The major version. */
  readonly major: number;
  readonly encoding: string;
  readonly collation: string;
  readonly replica: boolean;
  readonly walLevel: string;
  /** Bytes of log that a slot may keep, by the server's own limit; -1: until its disk is full. */
  readonly slotKeeps: number;
  readonly superuser: boolean;
  readonly mayReplicate: boolean;
  readonly maySubscribe: boolean;
  readonly counts: Readonly<Record<keyof typeof counts, number>>;
  readonly lists: Readonly<Record<keyof typeof lists, readonly string[]>>;
  /** Left out where there is no `auth.users`, or it may not be read. */
  readonly users?: Users;
  readonly tables: readonly Table[];
  /** Labels of those that hold rows; asked of the target alone. */
  readonly filled: readonly string[];
  readonly roles: readonly string[];
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  readonly availableExtensions: readonly string[];
}

/** Looks at one side; changes nothing. */
export async function inventory(side: Side, schemas: readonly string[]): Promise<Inventory> {
  const client = await connect(side, "rung-promote");
  try {
    const { rows } = await client.query(
      `SELECT current_setting('server_version_num')::int / 10000 AS major, pg_encoding_to_char(encoding) AS encoding,
              concat_ws(' ', datcollate, datctype, datlocprovider::text) AS collation, pg_is_in_recovery() AS replica,
              current_setting('wal_level') AS "walLevel",
              (SELECT CASE WHEN setting = '-1' THEN -1 ELSE setting::float8 * 1024 * 1024 END FROM pg_settings WHERE name = 'max_slot_wal_keep_size') AS "slotKeeps",
              r.rolsuper AS superuser,
              r.rolsuper OR r.rolreplication OR EXISTS (SELECT FROM pg_roles v WHERE v.rolname = 'rds_replication' AND pg_has_role(v.oid, 'MEMBER')) AS "mayReplicate",
              r.rolsuper OR EXISTS (SELECT FROM pg_roles v WHERE v.rolname IN ('pg_create_subscription', 'rds_superuser') AND pg_has_role(v.oid, 'MEMBER')) AS "maySubscribe"
       FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user`,
    );
    const { rows: available } = await client.query("SELECT name FROM pg_available_extensions ORDER BY 1");
    const users = await usersOf(client);
    const tables = await tablesOf(client, schemas);
    return {
      ...rows[0],
      ...(users ? { users } : {}),
      side: side.side,
      identity: await identityOf(client),
      counts: await each(counts, async (query) =>
        Number(Object.values((await ask(client, query, schemas))[0] ?? {})[0]),
      ),
      lists: await each(lists, async (query) =>
        (await ask(client, query, schemas)).flatMap(Object.values).map(String),
      ),
      tables,
      filled: side.side === "target" ? await filled(client, tables) : [],
      roles: await rolesOf(client, schemas),
      extensions: await extensionsOf(client),
      availableExtensions: available.map(({ name }) => String(name)),
    };
  } finally {
    await client.end();
  }
}

async function usersOf(client: pg.Client): Promise<Users | undefined> {
  const { rows: may } = await client.query(
    `SELECT FROM pg_attribute WHERE attrelid = to_regclass('auth.users') AND attname = 'encrypted_password'
       AND has_table_privilege(attrelid, 'SELECT')`,
  );
  if (may.length === 0) return undefined;
  const { rows } = await client.query(
    `SELECT count(*)::int AS count, (count(*) FILTER (WHERE encrypted_password <> ''))::int AS hashed,
            (count(*) FILTER (WHERE encrypted_password <> '' AND encrypted_password !~ '^[$](2[aby]|argon2id?)[$]'))::int AS foreign
     FROM auth.users`,
  );
  return rows[0];
}

const ask = async (client: pg.Client, query: string, schemas: readonly string[]) =>
  (await client.query(query, [schemas])).rows as Record<string, unknown>[]; // `pg` gives rows as any

/** One answer for each question, in their order. */
async function each<K extends string, T>(
  questions: Readonly<Record<K, string>>,
  answer: (query: string) => Promise<T>,
): Promise<Record<K, T>> {
  const found: [string, T][] = [];
  for (const [key, query] of Object.entries<string>(questions)) found.push([key, await answer(query)]);
  return Object.fromEntries(found) as Record<K, T>; // the keys are those of `questions`
}

/**
 * Reads from the source's largest table for a moment, as a copy would.
 * @returns bytes a second; undefined where there is too little to read
 */
export async function measuredRate({ source }: Sides, { tables }: Inventory): Promise<number | undefined> {
  const largest = tables.toSorted((a, b) => b.bytes - a.bytes)[0];
  if (largest === undefined || largest.bytes < 8_000_000) return undefined;
  const share = Math.min(1, 64_000_000 / largest.bytes);
  const pages = Math.floor((largest.bytes / 8192) * share);
  const began = performance.now();
  const { child, ended } = start(
    "psql",
    ["-X", "-q", "-c", `COPY (SELECT * FROM ONLY ${largest.sql} WHERE ctid < '(${pages},0)') TO STDOUT`],
    source,
    "rung-promote",
  );
  child.stdin.end();
  child.stdout.resume();
  await ended;
  return (largest.bytes * share) / ((performance.now() - began) / 1000);
}
