import type pg from "pg";
import { name } from "./side.ts";
import type { Table } from "./tables.ts";

/** Rows and the sum of their hashes: the order in which rows lie has no say. */
export interface Sum {
  readonly rows: number;
  /** A sum of 64-bit hashes, as a decimal number: longer than a JavaScript number holds. */
  readonly sum: string;
}

/** How a table's rows are told apart and put into buckets. */
export type Buckets =
  /** By ranges of a whole-numbered key: an index finds a bucket's rows. */
  | { readonly by: "range"; readonly column: string; readonly least: bigint; readonly most: bigint }
  /** By the hash of the key's text, or of the whole row's where there is no key. */
  | { readonly by: "hash" };

/**
 * How values of a type go into the hash by themselves, which is several times quicker than their text. Only where values
 * that are equal to the hash are the same: not numeric (1.0 and 1.00), floats (0 and -0), jsonb, or texts in a collation
 * that calls two spellings equal. `hashint8` folds its two halves together, so the upper one is told apart.
 */
const quick: Readonly<Record<string, (column: string) => readonly string[]>> = {
  smallint: (column) => [column],
  integer: (column) => [column],
  bigint: (column) => [column, `(${column} >> 32)::int4`],
  boolean: (column) => [column],
  date: (column) => [column],
  uuid: (column) => [column],
  bytea: (column) => [column],
  text: (column) => [`${column} COLLATE "C"`],
  "character varying": (column) => [`${column}::text COLLATE "C"`],
  "timestamp without time zone": (column) => [`timestamp_send(${column})`],
  "timestamp with time zone": (column) => [`timestamptz_send(${column})`],
};

/** Every column by its name, so that columns that lie in another order, or were dropped, make no difference. */
const columnsOf = ({ columns, generated }: Table): string[] => [...columns, ...generated].toSorted();

const asText = (columns: readonly string[]): string =>
  `ROW(${columns.map((one) => `t.${name(one)}`).join(", ")})::text`;

/**
 * A hash of the row's values: PostgreSQL's own of each type, which hash partitioning uses, so that they stay when a
 * cluster is upgraded to another major; what is not quick by its text, and nothing of its binary form. Columns are only
 * added up in it: before rows are, `sums` mixes it.
 */
export function rowHash(table: Table): string {
  const all = columnsOf(table);
  const slow = all.filter((one) => quick[table.types[one] ?? ""] === undefined);
  const values = all.flatMap((one) => quick[table.types[one] ?? ""]?.(`t.${name(one)}`) ?? []);
  const texts = slow.length > 0 ? [`${asText(slow)} COLLATE "C"`] : [];
  return `hash_record_extended(ROW(${[...values, ...texts].join(", ")}), 0)`;
}

const wholeNumbers = ["smallint", "integer", "bigint"];

/** The key as text, the parts apart from each other. */
export const keyText = (table: Table): string =>
  table.key.length > 0
    ? `ROW(${table.key.map((part) => `t.${name(part.name)}`).join(", ")})::text`
    : asText(columnsOf(table));

/** How to bucket `table`, from what there is on both sides. */
export async function bucketsOf(sessions: readonly pg.Client[], table: Table): Promise<Buckets> {
  const [only] = table.key;
  if (table.key.length !== 1 || only === undefined || !wholeNumbers.includes(only.type))
    return { by: "hash" };
  const column = name(only.name);
  const found = await Promise.all(
    sessions.map(async (client) => {
      const { rows } = await client.query(
        `SELECT min(${column})::text AS least, max(${column})::text AS most FROM ${table.sql}`,
      );
      return rows[0] ?? {};
    }),
  );
  const ends = found
    .flatMap(({ least, most }) => [least, most])
    .filter((one) => one !== null)
    .map(BigInt)
    .toSorted((a, b) => (a < b ? -1 : 1));
  const [least = 0n, most = least] = [ends[0], ends.at(-1)];
  return { by: "range", column, least, most };
}

/** The number of the bucket that a row is in, when there are `count` of them. */
export function bucketOf(buckets: Buckets, table: Table, count: bigint): string {
  if (buckets.by === "hash") return `(hashtextextended(${keyText(table)} COLLATE "C", 1) & ${count - 1n})`;
  const step = stepOf(buckets, count);
  // in numeric, which is slower: a difference of two bigints may not fit into one
  return buckets.most - buckets.least >= 2n ** 63n
    ? `div(t.${buckets.column}::numeric - (${buckets.least}), ${step})::int8`
    : `((t.${buckets.column}::int8 - (${buckets.least})::int8) / (${step})::int8)`;
}

/** How many whole numbers make a bucket. */
export const stepOf = ({ least, most }: Extract<Buckets, { by: "range" }>, count: bigint): bigint => {
  const step = (most - least + count) / count;
  return step > 0n ? step : 1n;
};

/** Rows and sum of each bucket that has rows, of those that are asked for. */
export async function sums(
  client: pg.Client,
  table: Table,
  buckets: Buckets,
  count: bigint,
  within = "",
): Promise<Map<string, Sum>> {
  const bucket = count === 1n ? "0" : bucketOf(buckets, table, count);
  // OFFSET 0 keeps the planner from working out the hash twice; mixed with itself as the seed all its bits count
  const { rows } = await client.query(
    `SELECT bucket::text AS bucket, count(*)::float8 AS rows, sum(hashint8extended(hash, hash))::text AS sum
     FROM (SELECT ${bucket} AS bucket, ${rowHash(table)} AS hash FROM ONLY ${table.sql} t ${within} OFFSET 0) x GROUP BY bucket`,
  );
  return new Map(rows.map((one) => [one.bucket, { rows: one.rows, sum: one.sum }]));
}

/** The sum over buckets. */
export function total(all: Iterable<Sum>): Sum {
  let [rows, sum] = [0, 0n];
  for (const one of all) {
    rows += one.rows;
    sum += BigInt(one.sum);
  }
  return { rows, sum: sum.toString() };
}
