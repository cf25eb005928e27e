import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { failure } from "../../components/model/diagnostics.ts";
import type { Bucket } from "../s3/bucket.ts";
import { nothing, packed, plus, type Sum, same, sha256, sumOf, sumOfTable } from "./lines.ts";
import { folder, type Manifest, manifestKey, readParts } from "./manifest.ts";
import { columnsOf, type Partition, partitionsOf, table, withPartitions } from "./partitions.ts";

export interface Archived {
  readonly partition: string;
  readonly rows: number;
  /** In the bucket. */
  readonly bytes: number;
}

/** Rows of one object: some ten megabytes, packed. */
const rowsInPart = 200_000;
const rowsAtOnce = 5000;
/** How often a partition that changed meanwhile, or was busy, is tried again. */
const attempts = 4;

/**
 * Writes every partition that ends by `before` to the bucket, reads it back, and only then drops it: if what is in the
 * table is still what was written, in the transaction that takes it out. Killed at any moment, it can be run again.
 * @param before ISO 8601
 * @throws DiagnosticsError when a partition changes again and again, or stays busy: it is still in the table
 */
export function archive(
  client: pg.Client,
  bucket: Bucket,
  before: string,
  say: (line: string) => void,
): Promise<Archived[]> {
  return withPartitions(client, async () => {
    const due = (await partitionsOf(client)).filter(({ to }) => to <= before);
    const done: Archived[] = [];
    for (const partition of due) {
      say(partition.name);
      done.push(await archiveOne(client, bucket, partition));
    }
    return done;
  });
}

async function archiveOne(client: pg.Client, bucket: Bucket, partition: Partition): Promise<Archived> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const written = await write(client, bucket, partition);
    await readParts(bucket, written);
    if (await takeOut(client, partition, written)) {
      const bytes = written.parts.reduce((sum, part) => sum + part.bytes, 0);
      return { partition: partition.name, rows: written.rows, bytes };
    }
    await sleep(attempt * 1000);
  }
  throw failure(
    `${partition.name} changed while it was written, or was in use, ${attempts} times`,
    "run it again when less is going on; the partition is still in the table",
    "rung db partitions archive",
  );
}

/** All rows of one moment, and last of all the manifest: without it nothing is archived. */
async function write(client: pg.Client, bucket: Bucket, partition: Partition): Promise<Manifest> {
  const parts: Manifest["parts"] = [];
  let sum: Sum = nothing;
  const columns = await columnsOf(client);
  await bucket.remove(manifestKey(partition.name));
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    await client.query(
      `DECLARE archived NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS line FROM ONLY ${partition.sql} t ORDER BY user_id, id, occurred_at`,
    );
    for (;;) {
      const lines = await fetched(client);
      if (lines.length === 0) break;
      const body = packed(lines);
      const key = `${folder}${partition.name}/${String(parts.length + 1).padStart(5, "0")}.ndjson.gz`;
      await bucket.put(key, body);
      parts.push({ key, rows: lines.length, bytes: body.length, sha256: sha256(body) });
      sum = plus(sum, sumOf(lines));
    }
  } finally {
    await client.query("ROLLBACK");
  }
  const { name, from, to } = partition;
  const manifest: Manifest = {
    format: "rung partition, gzip of a JSON row a line",
    table: table.sql,
    ...{ partition: name, from, to, columns, ...sum, parts },
    archivedAt: new Date().toISOString(),
  };
  await bucket.put(manifestKey(name), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return manifest;
}

/** As many as make a part; none: that was all. */
async function fetched(client: pg.Client): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < rowsInPart) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${rowsAtOnce} FROM archived`);
    for (const { line } of rows) lines.push(line);
    if (rows.length < rowsAtOnce) break;
  }
  return lines;
}

/** `lock_not_available`, `deadlock_detected` */
const busy = ["55P03", "40P01"];

/**
 * Compares once more while nobody can write to it, and takes it out of the table.
 * @returns false when it changed since, or is in use: then it is as it was
 */
async function takeOut(client: pg.Client, { sql }: Partition, written: Sum): Promise<boolean> {
  await client.query("BEGIN");
  try {
    await client.query("SET LOCAL lock_timeout = '10s'");
    // Reading goes on while it is compared.
    await client.query(`LOCK TABLE ONLY ${sql} IN SHARE MODE`);
    const { rows } = await client.query<{ rows: number; digest: string }>(sumOfTable(sql));
    const [now] = rows;
    if (!now || !same(now, written)) {
      await client.query("ROLLBACK");
      return false;
    }
    await client.query(`ALTER TABLE ${table.sql} DETACH PARTITION ${sql}`);
    await client.query(`DROP TABLE ${sql}`);
    await client.query("COMMIT");
    return true;
  } catch (error) {
    await client.query("ROLLBACK");
    if (error instanceof pg.DatabaseError && busy.includes(error.code ?? "")) return false;
    throw error;
  }
}
