import pg from "pg";
import { addedAt } from "../../migrations/guard.ts";
import { literal } from "../../migrations/stages/side.ts";
import { reachVariable } from "../database/reach.ts";
import type { Check } from "../drill/evidence.ts";
import type { Dump } from "./dumps.ts";

/** A transaction that began before a dump may commit after it: its rows bear the time that it began at. */
const marginMs = 10 * 60_000;
const rowsAtOnce = 10_000;

/**
 * Nobody noted what the database held when a vendor's dump was taken. What can be said: every row that the living one
 * still has from before must be in the dump. Only of tables whose rows are added once; their keys are compared.
 */
export async function olderRowsAreIn(restored: pg.Client, dump: Dump): Promise<Check> {
  const name = "what the living database has from before is in the dump";
  const url = process.env[reachVariable];
  if (!url)
    return {
      name: "it is compared with what was noted",
      ok: true,
      found: `its vendor notes nothing, and ${reachVariable} names no living database: it was read and restored whole, no more`,
    };
  const before = new Date(Date.parse(dump.taken) - marginMs).toISOString();
  const living = new pg.Client({ connectionString: url, application_name: "rung drill" });
  living.on("error", () => {}); // told by the query that fails of it
  try {
    await living.connect();
    await living.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const wrong: string[] = [];
    let looked = 0;
    for (const table of Object.keys(addedAt)) {
      const { rows, missing } = await missingOf(living, restored, table, before);
      looked += rows;
      if (missing > 0) wrong.push(`${table}: ${missing} of ${rows} rows`);
    }
    const found =
      wrong.length > 0 ? `missing in the dump: ${wrong.join("; ")}` : `${looked} rows from before ${before}`;
    return { name, ok: wrong.length === 0, found };
  } finally {
    await living.end().catch(() => {});
  }
}

/** Reads the living one's keys in order, and asks the other for those that it lacks. */
async function missingOf(living: pg.Client, restored: pg.Client, table: string, before: string) {
  const keys = await keyOf(living, table);
  const [column, where] = [addedAt[table], literal(before)];
  await living.query(
    `DECLARE older NO SCROLL CURSOR FOR SELECT to_jsonb(one)::text AS one
     FROM (SELECT ${keys} FROM ${table} WHERE ${column} < ${where}) AS one`,
  );
  let [rows, missing] = [0, 0];
  for (;;) {
    const some = (await living.query<{ one: string }>(`FETCH ${rowsAtOnce} FROM older`)).rows;
    if (some.length === 0) break;
    const asked = await restored.query<{ n: string }>(
      `SELECT count(*) AS n FROM json_populate_recordset(NULL::${table}, $1) AS one
       WHERE NOT EXISTS (SELECT FROM ${table} WHERE (${keys}) = (${prefixed(keys)}))`,
      [`[${some.map(({ one }) => one).join()}]`],
    );
    rows += some.length;
    missing += Number(asked.rows[0]?.n);
  }
  await living.query("CLOSE older");
  return { rows, missing };
}

/** The columns of its primary key, as SQL writes them. */
async function keyOf(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ keys: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS keys FROM pg_attribute
     JOIN pg_index ON indrelid = attrelid AND attnum = ANY (indkey)
     WHERE attrelid = $1::regclass AND indisprimary`,
    [table],
  );
  return String(rows[0]?.keys);
}

const prefixed = (keys: string): string => keys.replaceAll(/(^|, )/g, "$1one.");
