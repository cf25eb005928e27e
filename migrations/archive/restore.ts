import pg from "pg";
import { failure } from "../../components/model/diagnostics.ts";
import type { Bucket } from "../s3/bucket.ts";
import { same, sumOfTable } from "./lines.ts";
import { type Manifest, readManifest, readParts } from "./manifest.ts";
import { columnsOf, restoredComment, table, withPartitions } from "./partitions.ts";

/** What becomes of events whose user is not there any more. */
export const choices = ["make", "leave"] as const;
export interface RestoreOptions {
  /** `make`: such a user is made again, without anything else; `leave`: its events are left out. Unless said, refused. */
  readonly users?: (typeof choices)[number];
}

export interface BroughtBack {
  readonly partition: string;
  readonly rows: number;
  readonly usersMade: number;
  readonly rowsLeftOut: number;
}

const rowsAtOnce = 5000;

/**
 * Brings an archived partition back into the table, in one transaction: all of it, compared with what was written, or
 * nothing. Its objects stay in the bucket; the job that cleans up leaves it alone.
 * @param name of the partition, e.g. `events_2026_08`
 * @throws DiagnosticsError when it is there already, or is damaged; with exit code 3 when users are missing and nothing
 * says what to do
 */
export function restorePartition(
  client: pg.Client,
  bucket: Bucket,
  name: string,
  { users }: RestoreOptions = {},
): Promise<BroughtBack> {
  return withPartitions(client, async () => {
    const manifest = await readManifest(bucket, name);
    await refuseThere(client, name);
    await refuseOther(client, manifest);
    const sql = `${table.schema}.${pg.escapeIdentifier(name)}`;
    await client.query("BEGIN");
    try {
      await client.query(`CREATE TABLE ${sql} (LIKE ${table.sql} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
      await load(client, bucket, manifest, sql);
      const changed = await settleUsers(client, sql, users, name);
      await attach(client, sql, manifest);
      await client.query("COMMIT");
      return { partition: name, rows: manifest.rows - changed.rowsLeftOut, ...changed };
    } catch (error) {
      await client.query("ROLLBACK").catch(() => {});
      throw error;
    }
  });
}

async function refuseThere(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass($1) IS NOT NULL AS there", [
    `${table.schema}.${pg.escapeIdentifier(name)}`,
  ]);
  if (rows[0]?.there === true)
    throw failure(
      `${name} is in the database`,
      "nothing is to be brought back",
      "rung db partitions restore",
    );
}

/** Rows of a table with other columns would come back changed. */
async function refuseOther(client: pg.Client, { columns, partition }: Manifest): Promise<void> {
  const now = await columnsOf(client);
  const gone = columns.filter((column) => !now.includes(column));
  if (gone.length === 0) return;
  throw failure(
    `${table.sql} has no ${gone.join(", ")} any more, and ${partition} has`,
    "restore it in a stack of the release that archived it",
    "rung db partitions restore",
  );
}

async function load(client: pg.Client, bucket: Bucket, manifest: Manifest, sql: string): Promise<void> {
  const columns = manifest.columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  await readParts(bucket, manifest, async (lines) => {
    for (let at = 0; at < lines.length; at += rowsAtOnce) {
      await client.query(
        `INSERT INTO ${sql} (${columns}) SELECT ${columns}
         FROM unnest($1::text[]) AS line, jsonb_populate_record(NULL::${table.sql}, line::jsonb)`,
        [lines.slice(at, at + rowsAtOnce)],
      );
    }
  });
  const same_ = (await columnsOf(client)).length === manifest.columns.length;
  const { rows } = await client.query<{ rows: number; digest: string }>(sumOfTable(sql));
  const [found] = rows;
  // A column that came since has its default in every row: then only their number can be compared.
  if (!found || (same_ ? !same(found, manifest) : found.rows !== manifest.rows))
    throw failure(
      `what came back of ${manifest.partition} is not what was archived`,
      "restore it in a stack of the release that archived it",
      "rung db partitions restore",
    );
}

async function settleUsers(
  client: pg.Client,
  sql: string,
  users: RestoreOptions["users"],
  name: string,
): Promise<{ usersMade: number; rowsLeftOut: number }> {
  const without = `NOT EXISTS (SELECT FROM public.users u WHERE u.id = e.user_id)`;
  const { rows } = await client.query<{ users: number; rows: number }>(
    `SELECT count(DISTINCT user_id)::float8 AS users, count(*)::float8 AS rows FROM ${sql} e WHERE ${without}`,
  );
  const missing = rows[0] ?? { users: 0, rows: 0 };
  if (missing.users === 0) return { usersMade: 0, rowsLeftOut: 0 };
  if (users === "make") {
    await client.query(
      `INSERT INTO public.users (id, created_at) SELECT user_id, min(occurred_at) FROM ${sql} e WHERE ${without} GROUP BY user_id`,
    );
    return { usersMade: missing.users, rowsLeftOut: 0 };
  }
  if (users === "leave") {
    await client.query(`DELETE FROM ${sql} e WHERE ${without}`);
    return { usersMade: 0, rowsLeftOut: missing.rows };
  }
  throw failure(
    `${missing.rows} events of ${name} are of ${missing.users} users who are not there any more`,
    "--users make makes them again, without anything else; --users leave leaves their events out",
    "rung db partitions restore",
    3,
  );
}

/** With what was written for its time since, which nothing else could take. */
async function attach(client: pg.Client, sql: string, { from, to }: Manifest): Promise<void> {
  const first = from === null ? "MINVALUE" : pg.escapeLiteral(from);
  const since = `occurred_at < ${pg.escapeLiteral(to)}${from === null ? "" : ` AND occurred_at >= ${first}`}`;
  await client.query("SET LOCAL lock_timeout = '10s'");
  await client.query(
    `WITH moved AS (DELETE FROM ${table.schema}.events_other WHERE ${since} RETURNING *) INSERT INTO ${sql} SELECT * FROM moved`,
  );
  await client.query("SELECT public.events_close($1::regclass)", [sql]);
  await client.query(`COMMENT ON TABLE ${sql} IS ${pg.escapeLiteral(restoredComment)}`);
  await client.query(
    `ALTER TABLE ${table.sql} ATTACH PARTITION ${sql} FOR VALUES FROM (${first}) TO (${pg.escapeLiteral(to)})`,
  );
}
