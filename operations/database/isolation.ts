import { randomUUID } from "node:crypto";
import { owned, ownerColumn, shared } from "../../migrations/guard.ts";
import type { Query } from "../../migrations/runner.ts";
import type { Difference } from "./differences.ts";

/**
 * Whether users are kept apart: tried as two of them, as the app's role, in a transaction that is taken back. Reading
 * the catalogue would not show what a policy lets through.
 * @param query a session that may become `app`: the superuser's, or the owner's where it is a member of `app`
 * @param tables all tables of the app's schemas
 */
export async function isolation(query: Query, tables: readonly string[]): Promise<Difference[]> {
  const found: Difference[] = tables
    .filter((table) => owned[table] === undefined && !shared.includes(table))
    .map((table) => ({
      what: `table ${table}`,
      words: "is not named in migrations/guard.ts: whose rows it holds cannot be tried",
      sql: "-- name it there, under owned or shared",
    }));
  await query("BEGIN");
  try {
    const [one, other] = [randomUUID(), randomUUID()];
    for (const table of Object.keys(owned)) {
      if (!tables.includes(table)) continue; // told as missing
      for (const user of [one, other]) {
        const refused = await attempt(query, user, owned[table] ?? "", [user]);
        if (refused instanceof Error)
          found.push(wrong(table, `a user cannot add a row of its own: ${refused.message}`));
      }
      found.push(...(await tryTable(query, table, one, other)));
    }
    return found;
  } finally {
    await query("ROLLBACK");
  }
}

async function tryTable(query: Query, table: string, one: string, other: string): Promise<Difference[]> {
  const column = ownerColumn[table] ?? "user_id";
  const trials: readonly { as: string; does: string; sql: string; values: string[] }[] = [
    {
      as: one,
      does: "sees another's rows",
      sql: `SELECT 1 FROM ${table} WHERE ${column} = $1`,
      values: [other],
    },
    {
      as: one,
      does: "changes another's rows",
      sql: `UPDATE ${table} SET ${column} = ${column} WHERE ${column} = $1`,
      values: [other],
    },
    {
      as: one,
      does: "deletes another's rows",
      sql: `DELETE FROM ${table} WHERE ${column} = $1`,
      values: [other],
    },
    {
      as: one,
      does: "adds rows in another's name",
      sql: owned[table] ?? "",
      values: [column === "id" ? randomUUID() : other],
    },
    { as: "", does: "sees rows although it is no user", sql: `SELECT 1 FROM ${table} LIMIT 1`, values: [] },
  ];
  const found: Difference[] = [];
  for (const { as, does, sql, values } of trials) {
    const rows = await attempt(query, as, sql, values);
    if (!(rows instanceof Error) && rows > 0) found.push(wrong(table, `a user ${does}`));
  }
  const own = await attempt(query, one, `SELECT 1 FROM ${table} WHERE ${column} = $1`, [one]);
  if (own !== 1) found.push(wrong(table, "a user does not see its own rows"));
  return found;
}

/** How many rows it touched, or why not; nothing of a refusal stays. Inserts of the right user do. */
async function attempt(query: Query, user: string, sql: string, values: string[]): Promise<number | Error> {
  const keeps = sql.startsWith("INSERT");
  await query("SAVEPOINT trial");
  try {
    await query("SELECT set_config('app.user_id', $1, true)", [user]);
    await query("SET LOCAL ROLE app");
    const { rows, rowCount, affectedRows } = (await query(sql, values)) as Counted;
    await query(`${keeps ? "RELEASE" : "ROLLBACK TO"} SAVEPOINT trial`);
    return rowCount ?? (keeps || !sql.startsWith("SELECT") ? (affectedRows ?? 0) : rows.length);
  } catch (error) {
    await query("ROLLBACK TO SAVEPOINT trial");
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await query("RESET ROLE");
  }
}

/** `pg` counts in `rowCount`, PGlite in `affectedRows`. */
interface Counted {
  readonly rows: unknown[];
  readonly rowCount?: number;
  readonly affectedRows?: number;
}

const wrong = (table: string, words: string): Difference => ({
  what: `policy on ${table}`,
  words,
  sql: `-- see its policies: SELECT * FROM pg_policies WHERE schemaname || '.' || tablename = '${table}'`,
});

/** Whether a session may try as the role `app`; not so at every vendor's, nor where the role is missing. */
export const mayBecomeApp = async (query: Query): Promise<boolean> =>
  // Before 16 whoever was a member might become the role.
  (
    await query(
      `SELECT pg_has_role(current_user, to_regrole('app'),
         CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END) AS may`,
    )
  ).rows[0]?.may === true;
