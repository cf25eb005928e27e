import { randomBytes } from "node:crypto";
import { DiagnosticsError } from "../../components/model/diagnostics.ts";
import { type Mask, masks } from "../../migrations/guard.ts";
import type { Query } from "../../migrations/runner.ts";
import { snapshot } from "./snapshot.ts";

/** What was masked: rows by table, and how many original values the proof looked for. */
export interface Anonymized {
  readonly rows: Readonly<Record<string, number>>;
  readonly originals: number;
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly mask: Exclude<Mask, "keep">;
}

/**
 * Masks a database in place by the rules of `migrations/guard.ts`, in one transaction: either all of it and proven,
 * or none. The key that values are mixed with is made here, and forgotten.
 * @param query a session of the owner's
 * @throws DiagnosticsError for a column without a rule, and when an original value is found afterwards
 */
export async function anonymize(query: Query): Promise<Anonymized> {
  const schema = await snapshot(query);
  const columns = schema.filter(({ kind }) => kind === "column").map(({ name }) => name);
  refuseUnknown(columns);
  const masked = columns.flatMap(columnOf);
  await query("BEGIN");
  try {
    await query("SELECT set_config('rung.mask', $1, true)", [randomBytes(32).toString("hex")]);
    await query(maskedFunction);
    await query("CREATE TEMPORARY TABLE originals (kind text, value text) ON COMMIT DROP");
    for (const column of masked) await query(`INSERT INTO pg_temp.originals ${valuesOf(column)}`);
    await query("CREATE INDEX ON pg_temp.originals (kind, value)");
    await query("ANALYZE pg_temp.originals");
    const references = schema.filter(({ kind, make }) => kind === "constraint" && / FOREIGN KEY /.test(make));
    // Keys change on both sides, which no order of updates survives; they are checked again when they come back.
    for (const { drop } of references) await query(drop);
    const rows: Record<string, number> = {};
    for (const table of new Set(masked.map((column) => column.table)))
      rows[table] = await mask(query, table, masked);
    for (const { make } of references) await query(make);
    await prove(query, masked);
    const counted = await query("SELECT count(*) AS count FROM pg_temp.originals");
    await query("COMMIT");
    return { rows, originals: Number(counted.rows[0]?.count) };
  } catch (error) {
    await query("ROLLBACK");
    throw error;
  }
}

function columnOf(path: string): Column[] {
  const at = path.lastIndexOf(".");
  const how = masks[path] ?? "keep";
  return how === "keep" ? [] : [{ table: path.slice(0, at), name: path.slice(at + 1), mask: how }];
}

function refuseUnknown(columns: readonly string[]): void {
  const unknown = columns.filter((column) => masks[column] === undefined);
  if (unknown.length === 0) return;
  throw new DiagnosticsError(
    unknown.map((key) => ({
      what: "nothing says what becomes of this column",
      where: { file: "migrations/guard.ts", key: `masks.${key}` },
      allowed: "keep, key, text, json, digest, time",
      mend: "choose one; keep only what says nothing of a person",
    })),
    3,
  );
}

async function mask(query: Query, table: string, all: readonly Column[]): Promise<number> {
  const own = all.filter((column) => column.table === table);
  const whose = own.some(({ name }) => name === "user_id") ? "user_id" : "id";
  const sets = own.map(({ name, mask: how }) => `${name} = ${masking[how](name, whose)}`);
  const { rows } = await query(
    `WITH done AS (UPDATE ${table} SET ${sets.join(", ")} RETURNING 1) SELECT count(*) AS count FROM done`,
  );
  return Number(rows[0]?.count);
}

const mixed = (value: string) =>
  `encode(sha256(convert_to(current_setting('rung.mask') || ${value}, 'UTF8')), 'hex')`;

/** Strings as `text` does it; numbers become 0 and truths false: what is left is the shape. */
const masking: Readonly<Record<Exclude<Mask, "keep">, (column: string, whose: string) => string>> = {
  key: (column) => `left(${mixed(`${column}::text`)}, 32)::uuid`,
  text: (column) => `left(repeat(${mixed(column)}, length(${column}) / 64 + 1), length(${column}))`,
  digest: (column) => mixed(column),
  json: (column) => `pg_temp.masked(${column})`,
  // up to three days back, in steps of a microsecond: after the newest would be in the future
  time: (column, whose) =>
    `${column} - (1 + ('x' || left(${mixed(`${whose}::text`)}, 12))::bit(48)::bigint % 259200000000) * interval '1 microsecond'`,
};

/** The values of a column as text. Of JSON, the strings in it, however deep. */
function valuesOf({ table, name, mask: how }: Column): string {
  if (how !== "json")
    return `SELECT DISTINCT '${how}', ${name}::text FROM ${table} WHERE ${name} IS NOT NULL`;
  return `SELECT DISTINCT 'json', leaf #>> '{}' FROM ${table}, jsonb_path_query(${name}, 'strict $.**') AS leaf
    WHERE jsonb_typeof(leaf) = 'string' AND leaf #>> '{}' <> ''`;
}

/** No value of a masked column may be one that was there before, in any of its kind. */
async function prove(query: Query, masked: readonly Column[]): Promise<void> {
  const left: Column[] = [];
  for (const column of masked) {
    const { rows } = await query(
      `SELECT FROM (${valuesOf(column)}) AS now (kind, value) JOIN pg_temp.originals USING (kind, value) LIMIT 1`,
    );
    if (rows.length > 0) left.push(column);
  }
  if (left.length === 0) return;
  throw new DiagnosticsError(
    left.map(({ table, name }) => ({
      what: "an original value is still there after masking; nothing was changed",
      where: { file: "migrations/guard.ts", key: `masks.${table}.${name}` },
      mend: "see what the column holds: values too short to be masked are better dropped",
    })),
    1,
  );
}

/** Made for the session: SQL's own functions do not walk a document. */
const maskedFunction = `
  CREATE OR REPLACE FUNCTION pg_temp.masked(document jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
  BEGIN
    RETURN CASE jsonb_typeof(document)
      WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(key, pg_temp.masked(value)), '{}') FROM jsonb_each(document))
      WHEN 'array' THEN (SELECT coalesce(jsonb_agg(pg_temp.masked(value) ORDER BY place), '[]')
                         FROM jsonb_array_elements(document) WITH ORDINALITY AS e (value, place))
      WHEN 'string' THEN to_jsonb(${masking.text("(document #>> '{}')", "")})
      WHEN 'number' THEN '0'::jsonb
      WHEN 'boolean' THEN 'false'::jsonb
      ELSE document END;
  END $$`;
