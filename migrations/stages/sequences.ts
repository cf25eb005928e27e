import type pg from "pg";
import { name } from "./side.ts";

/** Where a sequence is. Bigints come as text: JavaScript's numbers do not hold them. */
export interface Sequence {
  readonly label: string;
  readonly sql: string;
  readonly last: string;
  readonly called: boolean;
  readonly increment: string;
}

/** Sequences, those of identity columns among them; read from the sequences themselves, as the writer has them. */
export async function sequencesOf(client: pg.Client, schemas: readonly string[]): Promise<Sequence[]> {
  const { rows } = await client.query(
    `SELECT n.nspname AS schema, c.relname AS name, s.seqincrement::text AS increment
     FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($1) AND c.relpersistence <> 't'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1, 2`,
    [schemas],
  );
  if (rows.length === 0) return [];
  const known = rows.map((one) => ({ ...one, sql: `${name(one.schema)}.${name(one.name)}` }));
  const all = known.map(
    (one, at) => `SELECT ${at} AS at, last_value::text AS last, is_called AS called FROM ${one.sql}`,
  );
  const values = await client.query(`${all.join(" UNION ALL ")} ORDER BY at`);
  return known.map((one, at) => ({
    label: `${one.schema}.${one.name}`,
    sql: one.sql,
    increment: one.increment,
    ...values.rows[at],
  }));
}

/** Sets `to`'s sequences where `from`'s are: no value is given out twice. Nobody may take values meanwhile. */
export async function carrySequences(
  from: pg.Client,
  to: pg.Client,
  schemas: readonly string[],
): Promise<number> {
  const all = await sequencesOf(from, schemas);
  if (all.length > 0) {
    const set = all.map((one) => `setval('${one.sql.replaceAll("'", "''")}', ${one.last}, ${one.called})`);
    await to.query(`SELECT ${set.join(", ")}`);
  }
  return all.length;
}

/** Labels of the sequences of `to` that would give out values that `from` gave out already. */
export function behind(from: readonly Sequence[], to: readonly Sequence[]): string[] {
  const there = new Map(to.map((one) => [one.label, one]));
  /** The last value given out, in the direction in which it counts. */
  const given = ({ last, called, increment }: Sequence) =>
    (BigInt(last) - (called ? 0n : BigInt(increment))) * (BigInt(increment) < 0n ? -1n : 1n);
  return from
    .filter((one) => {
      const other = there.get(one.label);
      return other === undefined || given(other) < given(one);
    })
    .map(({ label }) => label);
}
