import type pg from "pg";
import {
  type Buckets,
  bucketOf,
  bucketsOf,
  keyText,
  rowHash,
  type Sum,
  stepOf,
  sums,
  total,
} from "./digest.ts";
import type { Table } from "./tables.ts";

/** A row that is not the same on both sides. */
export interface RowDifference {
  /** The key as PostgreSQL writes a row: `(42)`. Where a table has no key, a hash of the row. */
  readonly key: string;
  readonly found: "differs" | "missing" | "too much";
}

export interface Compared {
  readonly table: string;
  readonly source: Sum;
  readonly target: Sum;
  /** How the target differs from the source, by key. */
  readonly differences: readonly RowDifference[];
  /** There are more than were listed. */
  readonly more: boolean;
}

/** Two sessions, each in a snapshot of its own side. */
export interface Pair {
  readonly source: pg.Client;
  readonly target: pg.Client;
}

const first = 1024n;
/** So many rows of a side are looked at by key; where there would be more, buckets become smaller first. */
const fewRows = 20_000;
/** So many buckets of a side are held at a time. */
const manyBuckets = 100_000;
/** So many differences are listed for a table. */
export const listed = 10_000;

/** Compares a table's contents, and finds the keys of the rows that differ. Reads each row once while nothing differs. */
export async function compareTable(pair: Pair, table: Table): Promise<Compared> {
  const buckets = await bucketsOf([pair.source, pair.target], table);
  const small = table.bytes < 1_000_000;
  let count = small ? 1n : first;
  let [source, target] = await bothSums(pair, table, buckets, count);
  const all = { table: table.label, source: total(source.values()), target: total(target.values()) };
  let differing = differ(source, target);
  if (differing.length === 0) return { ...all, differences: [], more: false };
  const rows = Math.max(all.source.rows, all.target.rows);
  let within = "";
  while (rowsIn(differing, source, target) > fewRows && smaller(buckets, count)) {
    within = only(buckets, table, count, differing, rowsIn(differing, source, target) / rows);
    count *= 256n;
    [source, target] = await bothSums(pair, table, buckets, count, within);
    differing = differ(source, target);
    if (differing.length > manyBuckets) break; // nearly all differs: no smaller buckets will help
  }
  const looked = enough(differing, source, target);
  within = only(buckets, table, count, looked, rowsIn(looked, source, target) / rows);
  const [ours, theirs] = await Promise.all([
    hashes(pair.source, table, within),
    hashes(pair.target, table, within),
  ]);
  const differences = rowsThatDiffer(ours, theirs);
  return {
    ...all,
    differences: differences.slice(0, listed),
    more: differences.length > listed || looked.length < differing.length,
  };
}

/** Whether there are smaller buckets than those. */
const smaller = (buckets: Buckets, count: bigint): boolean =>
  buckets.by === "range" ? stepOf(buckets, count) > 1n : count < 2n ** 40n;

/** The first of the buckets that differ, as far as their rows can be held here. */
function enough(differing: readonly string[], ...sides: readonly ReadonlyMap<string, Sum>[]): string[] {
  let rows = 0;
  return differing.filter((bucket) => {
    const before = rows;
    rows += rowsIn([bucket], ...sides);
    return before < 2 * fewRows;
  });
}

async function bothSums(pair: Pair, table: Table, buckets: Buckets, count: bigint, within = "") {
  return Promise.all([
    sums(pair.source, table, buckets, count, within),
    sums(pair.target, table, buckets, count, within),
  ]);
}

function differ(source: ReadonlyMap<string, Sum>, target: ReadonlyMap<string, Sum>): string[] {
  const all = new Set([...source.keys(), ...target.keys()]);
  return [...all].filter((bucket) => {
    const [a, b] = [source.get(bucket), target.get(bucket)];
    return a?.rows !== b?.rows || a?.sum !== b?.sum;
  });
}

const rowsIn = (buckets: readonly string[], ...sides: readonly ReadonlyMap<string, Sum>[]): number =>
  Math.max(...sides.map((side) => buckets.reduce((rows, one) => rows + (side.get(one)?.rows ?? 0), 0)));

/**
 * What, after the table's name, leaves only those buckets' rows.
 * @param share of the table's rows: a few are found by an index where buckets are ranges
 */
function only(
  buckets: Buckets,
  table: Table,
  count: bigint,
  wanted: readonly string[],
  share: number,
): string {
  if (count === 1n || share > 0.8) return "";
  if (buckets.by === "range" && share < 0.1) {
    const step = stepOf(buckets, count);
    const begins = wanted.map((bucket) => buckets.least + BigInt(bucket) * step);
    const ends = begins.map((begin) => begin + step - 1n);
    return `JOIN unnest('{${begins.join(",")}}'::int8[], '{${ends.join(",")}}'::int8[]) w (low, high)
            ON t.${buckets.column} BETWEEN w.low AND w.high`;
  }
  return `WHERE ${bucketOf(buckets, table, count)} = ANY ('{${wanted.join(",")}}'::int8[])`;
}

/** Each row's key and hash; where there is no key the hash stands for it, with how often it is there. */
async function hashes(client: pg.Client, table: Table, within: string): Promise<Map<string, string>> {
  const query =
    table.key.length > 0
      ? `SELECT ${keyText(table)} AS key, ${rowHash(table)}::text AS hash FROM ONLY ${table.sql} t ${within}`
      : `SELECT 'row ' || ${rowHash(table)} AS key, count(*)::text AS hash FROM ONLY ${table.sql} t ${within} GROUP BY 1`;
  const { rows } = await client.query({ text: query, rowMode: "array" });
  return new Map(rows as [string, string][]); // two columns, both text
}

function rowsThatDiffer(
  source: ReadonlyMap<string, string>,
  target: ReadonlyMap<string, string>,
): RowDifference[] {
  const mine = [...source].flatMap(([key, hash]): RowDifference[] => {
    const other = target.get(key);
    if (other === undefined) return [{ key, found: "missing" }];
    return other === hash ? [] : [{ key, found: "differs" }];
  });
  const others = [...target.keys()]
    .filter((key) => !source.has(key))
    .map((key): RowDifference => ({ key, found: "too much" }));
  return [...mine, ...others];
}

/** The hashes of the rows that have one of those keys; a key that has none is left out. */
export async function hashesOf(
  client: pg.Client,
  table: Table,
  keys: readonly string[],
): Promise<Map<string, string>> {
  if (table.key.length === 0) {
    const all = await hashes(client, table, "");
    return new Map(keys.flatMap((key) => (all.has(key) ? [[key, all.get(key) ?? ""]] : [])));
  }
  // a key's text is a row's: read back as one of the key's types, it finds rows by the index
  const parts = table.key.map((part, at) => `p${at} ${part.type}`).join(", ");
  const same = table.key.map((part, at) => `t."${part.name.replaceAll('"', '""')}" = k.p${at}`).join(" AND ");
  const names = table.key.map((_, at) => `p${at}`);
  const records = keys.map((key) => Object.fromEntries(fieldsOf(key).map((value, at) => [names[at], value])));
  const { rows } = await client.query({
    text: `SELECT ${keyText(table)} AS key, ${rowHash(table)}::text AS hash
           FROM ONLY ${table.sql} t JOIN json_to_recordset($1) AS k (${parts}) ON ${same}`,
    values: [JSON.stringify(records)],
    rowMode: "array",
  });
  return new Map(rows as [string, string][]); // two columns, both text
}

/** The fields of a row as PostgreSQL writes it; a key has no NULLs. */
export function fieldsOf(row: string): string[] {
  const fields: string[] = [];
  const inner = row.slice(1, -1);
  let [at, field] = [0, ""];
  let quoted = false;
  while (at < inner.length) {
    const letter = inner[at] ?? "";
    if (letter === '"' && quoted && inner[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === "\\") {
      field += inner[at + 1] ?? "";
      at += 1;
    } else if (letter === "," && !quoted) {
      fields.push(field);
      field = "";
    } else field += letter;
    at += 1;
  }
  return [...fields, field];
}
