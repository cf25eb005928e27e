import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { z } from "zod";
import { failure } from "../../components/model/diagnostics.ts";
import { root } from "../../engine/paths.ts";
import type { Witness } from "../stage.ts";

/** Yields the statement that says what a database holds; `psql` runs it, too, where dumps are made. */
const file = join(root, "migrations", "witness.sql");

const said = z.object({
  at: z.string(),
  system: z.string(),
  tables: z.record(z.string(), z.object({ rows: z.number(), digest: z.string() })),
  roles: z.array(z.string()),
  schema: z.string().nullable(),
});

/** What was noted of a database as JSON. @throws ZodError for what is no such note */
export const readWitness = (json: string): Witness => said.parse(JSON.parse(json));

/** What a database holds, as the owner of its schema sees it, in the transaction that is open. */
export async function witnessOf(client: pg.Client): Promise<Witness> {
  const { rows } = await client.query<{ witness: unknown }>((await made(client)).statement);
  return said.parse(rows[0]?.witness);
}

const ownedTables = async (client: pg.Client): Promise<readonly string[]> => (await made(client)).names;

const making = z.object({ statement: z.string(), names: z.array(z.string()) });

async function made(client: pg.Client): Promise<z.output<typeof making>> {
  // Several statements answer with a result each, which pg's types do not know.
  const answers = (await client.query(await readFile(file, "utf8"))) as unknown as { rows: unknown[] }[];
  return making.parse(answers.at(-1)?.rows[0]);
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
