import type pg from "pg";
import { name } from "./side.ts";

/** A table whose rows move: ordinary ones, and each partition by itself. */
export interface Table {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Quoted, with its schema. */
  readonly sql: string;
  /** For people: `public.events`. */
  readonly label: string;
  /** Names as they are; those that are computed are left out. */
  readonly columns: readonly string[];
  /** Computed by the server: compared, and not copied. */
  readonly generated: readonly string[];
  /** Of each column, as PostgreSQL writes it without its length: `character varying`. */
  readonly types: Readonly<Record<string, string>>;
  /** The primary key, or the unique index of its replica identity; empty where there is neither. */
  readonly key: readonly { readonly name: string; readonly type: string }[];
  readonly bytes: number;
  /** PostgreSQL's estimate; -1 when it was never analyzed. */
  readonly rows: number;
  readonly unlogged: boolean;
  readonly partition: boolean;
  /** pg_class.relreplident: `d` primary key, `n` nothing, `f` full, `i` index. */
  readonly identity: "d" | "n" | "f" | "i";
}

/** What extensions own is theirs to make; what other sessions made for themselves is nobody's. */
export async function tablesOf(client: pg.Client, schemas: readonly string[]): Promise<Table[]> {
  const { rows } = await client.query(
    `SELECT c.oid::int8::text AS oid, n.nspname AS schema, c.relname AS name, c.relpersistence = 'u' AS unlogged, c.relispartition AS partition,
            c.relreplident AS identity, c.reltuples::float8 AS rows, pg_table_size(c.oid)::float8 AS bytes,
            coalesce((SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), '[]') AS columns,
            coalesce((SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> ''), '[]') AS generated,
            coalesce((SELECT json_object_agg(a.attname, format_type(a.atttypid, NULL)) FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '{}') AS types,
            coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)) ORDER BY k.at)
             FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, at)
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
             WHERE i.indrelid = c.oid AND k.at <= i.indnkeyatts
               AND CASE c.relreplident WHEN 'i' THEN i.indisreplident ELSE i.indisprimary END), '[]') AS key
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($1) AND c.relkind = 'r' AND c.relpersistence <> 't'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 2, 3`,
    [schemas],
  );
  return rows.map((row) => ({
    ...row,
    oid: Number(row.oid),
    sql: `${name(row.schema)}.${name(row.name)}`,
    label: `${row.schema}.${row.name}`,
  }));
}

/** What a new stack notes of itself: which migrations were run (dbmate's name is in a schema of one's choice), its backups. */
const isOfItself = ({ name: called, label }: Table): boolean =>
  called === "schema_migrations" || label === "rung.migrations" || label === "ops.backups";

/** Labels of the tables that hold anyone's rows. */
export async function filled(client: pg.Client, tables: readonly Table[]): Promise<string[]> {
  const asked = tables.filter((table) => !isOfItself(table));
  if (asked.length === 0) return [];
  const { rows } = await client.query(
    asked
      .map(({ sql }, at) => `SELECT ${at} AS at WHERE EXISTS (SELECT FROM ONLY ${sql})`)
      .join(" UNION ALL "),
  );
  return rows.flatMap(({ at }) => asked[at]?.label ?? []);
}

/**
 * Labels of the target's tables that a move may not drop: those that hold rows, or that the source does not have. An app
 * that was brought up and never used has made the same tables, perhaps other partitions of them, and no rows.
 */
export function inTheWay(
  target: readonly Table[],
  holdRows: readonly string[],
  source: readonly Table[],
): string[] {
  const known = new Set(source.map(({ label }) => label));
  return target
    .filter(({ label, partition }) => holdRows.includes(label) || !(partition || known.has(label)))
    .map(({ label }) => label);
}
