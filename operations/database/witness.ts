import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { failure } from "../../components/model/diagnostics.ts";
import type { Witness } from "../stage.ts";

/** A row's text must not depend on who asks. */
const plain = `SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET bytea_output = 'hex';
  SET extra_float_digits = 1; SET search_path = ''`;

/** The tables that are the owner's: of a vendor's own, which change by themselves, nothing is promised. */
const owned = `SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND pg_has_role(current_user, c.relowner, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  ORDER BY 1`;

/** What a database holds, as the owner of its schema sees it, in the transaction that is open. */
export async function witnessOf(client: pg.Client): Promise<Witness> {
  const names = await ownedTables(client);
  const tables: Record<string, { rows: number; digest: string }> = {};
  for (const name of names) {
    const { rows } = await client.query<{ rows: string; digest: string }>(
      `SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS digest FROM ONLY ${name} AS t`,
    );
    const [found] = rows;
    if (found) tables[name] = { rows: Number(found.rows), digest: found.digest };
  }
  const { rows } = await client.query(
    `SELECT to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
       (SELECT system_identifier::text FROM pg_control_system()) AS system,
       (SELECT json_agg(rolname ORDER BY rolname) FROM pg_roles WHERE rolname !~ '^pg_') AS roles,
       (SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
         SELECT format('%s %s %s %s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) AS line
           FROM pg_attribute a WHERE a.attrelid::regclass::text = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
         UNION ALL SELECT format('%s %s %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k
           WHERE k.conrelid::regclass::text = ANY ($1)
         UNION ALL SELECT pg_get_indexdef(x.indexrelid) FROM pg_index x WHERE x.indrelid::regclass::text = ANY ($1)
         UNION ALL SELECT format('%s %s %s %s', schemaname, tablename, policyname, qual) FROM pg_policies
       ) AS lines) AS schema`,
    [names],
  );
  const [said] = rows;
  return {
    at: said?.at,
    system: said?.system,
    roles: said?.roles ?? [],
    schema: said?.schema ?? null,
    tables,
  };
}

async function ownedTables(client: pg.Client): Promise<string[]> {
  await client.query(plain);
  return (await client.query<{ name: string }>(owned)).rows.map(({ name }) => name);
}

const attempts = 40;
const pauseMs = 250;
/** `query_canceled`, `deadlock_detected` */
const busy = ["57014", "40P01"];

/**
 * What a database holds at a whole second of its own clock, so that a restore to that second must bring back exactly
 * that. Writers wait while the second ends, for one to two seconds; before, for half of `deadlock_timeout` (a second)
 * at the most: who would wait in a circle with us for all of it might be the one that PostgreSQL ends.
 * @param connect opens a session of the owner's
 * @returns what was there, and the second, ISO 8601
 * @throws DiagnosticsError when the tables stay in use
 */
export async function witnessAtSecond(
  connect: () => Promise<pg.Client>,
): Promise<{ readonly witness: Witness; readonly second: string }> {
  const [holder, reader] = [await connect(), await connect()];
  try {
    const names = await ownedTables(reader);
    const patienceMs = await beforeDeadlocks(reader);
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const second = await held(holder, reader, names, patienceMs);
      if (second !== undefined) return { witness: await witnessOf(reader), second };
      await sleep(pauseMs);
    }
    throw failure(
      "the tables stayed in use: no moment without writes was found",
      "run it again when less is going on; see pg_stat_activity for a long transaction",
      "rung drill",
    );
  } finally {
    await Promise.all([holder.end(), reader.end()].map((ending) => ending.catch(() => {})));
  }
}

/** How long all locks together may take, in milliseconds. */
async function beforeDeadlocks(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ ms: number }>(
    "SELECT (extract(epoch FROM current_setting('deadlock_timeout')::interval) * 500)::int AS ms",
  );
  return Math.max(1, rows[0]?.ms ?? 0);
}

/** Leaves `reader` in the snapshot of that second. @returns undefined when the tables are in use */
async function held(holder: pg.Client, reader: pg.Client, names: readonly string[], patienceMs: number) {
  await holder.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  try {
    await holder.query(`SET LOCAL statement_timeout = ${patienceMs}`);
    // Before the snapshot, which the first question takes.
    if (names.length > 0)
      await holder.query(`LOCK TABLE ${names.map((name) => `ONLY ${name}`).join(", ")} IN SHARE MODE`);
    await holder.query("SET LOCAL statement_timeout = 0");
    const { rows } = await holder.query<{ snapshot: string; second: Date }>(
      "SELECT pg_export_snapshot() AS snapshot, date_trunc('second', clock_timestamp()) + interval '1 second' AS second",
    );
    const [taken] = rows;
    if (!taken) return undefined;
    await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await reader.query(`SET TRANSACTION SNAPSHOT '${taken.snapshot}'`);
    await reader.query("SELECT 1");
    await holder.query("SELECT pg_sleep_until($1::timestamptz + interval '100 ms')", [taken.second]);
    return taken.second.toISOString();
  } catch (error) {
    if (!busy.includes((error as { code?: string }).code ?? "")) throw error;
    await reader.query("ROLLBACK").catch(() => {});
    return undefined;
  } finally {
    await holder.query("ROLLBACK");
  }
}
