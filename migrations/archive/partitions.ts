import type pg from "pg";

/** One partition of a table, as the catalogue has it. */
export interface Partition {
  /** Without its schema, e.g. `events_2026_08`. */
  readonly name: string;
  /** Quoted, with its schema. */
  readonly sql: string;
  /** ISO 8601; null: from the beginning. */
  readonly from: string | null;
  /** ISO 8601, the first moment that is not in it. */
  readonly to: string;
  /** PostgreSQL's estimate; -1 when it was never analyzed. */
  readonly rows: number;
  readonly bytes: number;
  readonly restored: boolean;
}

/** The table that is partitioned by time, and archived by whole partitions. */
export const table = { schema: "public", name: "events", sql: "public.events" } as const;

/** Says of a partition that cleaning up is to leave it alone; `cleanup_batch` in migrations/schema reads it. */
export const restoredComment = "restored from the archive";

/** The partitions that have bounds, the oldest first; the one that takes what no other does is left out. */
export async function partitionsOf(client: pg.Client): Promise<Partition[]> {
  const { rows } = await client.query(
    `SELECT c.relname AS name, format('%I.%I', n.nspname, c.relname) AS sql, c.reltuples::float8 AS rows,
            pg_total_relation_size(c.oid)::float8 AS bytes, obj_description(c.oid, 'pg_class') = $2 AS restored,
            (regexp_match(b.bound, 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz AS first,
            (regexp_match(b.bound, 'TO \\(''([^'']+)''\\)'))[1]::timestamptz AS next
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound) b
     WHERE i.inhparent = $1::regclass AND b.bound LIKE 'FOR VALUES FROM%'
     ORDER BY next`,
    [table.sql, restoredComment],
  );
  return rows.map(({ name, sql, rows, bytes, restored, first, next }) => ({
    ...{ name, sql, rows, bytes },
    restored: restored === true,
    from: first === null ? null : (first as Date).toISOString(),
    to: (next as Date).toISOString(),
  }));
}

/** The table's columns, in order. */
export async function columnsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(
    "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
    [table.sql],
  );
  return rows.map(({ name }) => name);
}

/** One runner at a time: another is waited for. What rows read like must not depend on who asks. */
export async function withPartitions<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET search_path = ''");
  await client.query("SELECT pg_advisory_lock(hashtext('rung.partitions'))");
  try {
    return await work();
  } finally {
    await client.query("SELECT pg_advisory_unlock(hashtext('rung.partitions'))").catch(() => {});
  }
}
