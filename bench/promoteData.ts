import { execFile } from "node:child_process";
import { promisify } from "node:util";
import pg from "pg";
import { tool } from "../migrations/stages/tools.ts";
import { type Cluster, pgbench } from "../tests/support/cluster.ts";

/** What is copied: pgbench's tables, or rows that do not compress, in one table or in 200. */
export type Shape = "pgbench" | "one" | "many";

const run = promisify(execFile);

/** About 1.9 kB a row: random text, jsonb and bytea, and in each eighth row 8 kB that lie out of line. */
const columns = `id bigint PRIMARY KEY, filler text NOT NULL, doc jsonb NOT NULL, bin bytea NOT NULL, big text`;
const bytesOfRow = 1900;
const random = (hashes: number) =>
  Array.from({ length: hashes }, (_, at) => `md5(random()::text || ${at})`).join("||");
const rowsOf = (first: number, last: number) => `
  SELECT i, ${random(8)}, jsonb_build_object('n', i, 'at', now(), 'tags', jsonb_build_array(${random(2)}), 'more', ${random(3)}),
         decode(${random(6)}, 'hex'),
         CASE WHEN i % 8 = 0 THEN (SELECT string_agg(md5(random()::text || g), '') FROM generate_series(1, 256) g WHERE g <> -i) END
  FROM generate_series(${first}, ${last}) i`;

/**
 * Fills the database `app`.
 * @param amount pgbench's scale, or gigabytes
 * @returns bytes of its tables, with their indexes and TOAST
 */
export async function fill(source: Cluster, shape: Shape, amount: number): Promise<number> {
  await source.sql("CREATE DATABASE app");
  if (shape === "pgbench")
    await pgbench(source.url("app"), "-i", "-q", "-s", String(amount), "--foreign-keys");
  else {
    const tables = shape === "one" ? 1 : 200;
    const each = Math.round((amount * 1e9) / bytesOfRow / tables);
    const step = 50_000;
    for (let table = 1; table <= tables; table += 1) {
      await source.sql(`CREATE TABLE data_${table} (${columns})`, undefined, "app");
      for (let first = 1; first <= each; first += step)
        await source.sql(
          `INSERT INTO data_${table} ${rowsOf(first, Math.min(each, first + step - 1))}`,
          undefined,
          "app",
        );
      await source.sql(`CREATE INDEX ON data_${table} ((doc ->> 'n'))`, undefined, "app");
    }
    await source.sql("VACUUM ANALYZE", undefined, "app");
  }
  await source.sql("CHECKPOINT");
  const [size] = await source.sql("SELECT pg_database_size('app')::float8 AS bytes");
  return Number(size?.bytes);
}

/** Sync workers for `nativeSync`, as many as the others have jobs. */
export const syncSettings = [
  "max_sync_workers_per_subscription = 4",
  "max_logical_replication_workers = 8",
  "max_worker_processes = 16",
];

/** Logical replication's own initial copy, until every table follows; with its schema and indexes, as the others. */
export async function nativeSync(source: Cluster, target: Cluster): Promise<void> {
  const { stdout } = await run(tool("pg_dump"), ["--schema-only", source.url("app")], { maxBuffer: 1e9 });
  const client = new pg.Client({ connectionString: target.url("app") });
  await source.sql("CREATE PUBLICATION bench FOR ALL TABLES", undefined, "app");
  await client.connect();
  try {
    // psql's own commands (\\restrict) are no SQL
    await client.query(stdout.replaceAll(/^\\.*$/gm, ""));
    await client.query(
      `CREATE SUBSCRIPTION bench CONNECTION 'host=127.0.0.1 port=${source.port} user=postgres password=secret-postgres dbname=app' PUBLICATION bench`,
    );
    for (;;) {
      const { rows } = await client.query(
        "SELECT FROM pg_catalog.pg_subscription_rel WHERE srsubstate <> 'r' LIMIT 1",
      );
      if (rows.length === 0) break;
      await new Promise((done) => setTimeout(done, 100));
    }
    await client.query("DROP SUBSCRIPTION bench");
  } finally {
    await client.end();
    await source.sql("DROP PUBLICATION bench", undefined, "app");
  }
}
