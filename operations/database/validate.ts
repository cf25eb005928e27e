import type { Query } from "../../migrations/runner.ts";
import { type Difference, differences } from "./differences.ts";
import { isolation } from "./isolation.ts";
import { type SchemaObject, snapshot } from "./snapshot.ts";

/** What a schema stands on beside its own objects. */
export interface Ground {
  readonly extensions: readonly string[];
  /** The session may become the role `app`; not so at every vendor's. */
  readonly becomesApp: boolean;
}

/**
 * A living schema against what the code expects.
 * @param query a session of the owner's; it is left with an empty search path
 * @returns each difference, in words and as SQL that mends it; none: all is as expected
 */
export async function validate(
  query: Query,
  expected: readonly SchemaObject[],
  ground: Ground,
): Promise<Difference[]> {
  const found = await snapshot(query);
  const tables = found.filter(({ kind }) => kind === "table").map(({ name }) => name);
  return [
    ...(await roles(query)),
    ...(await extensions(query, ground.extensions)),
    ...differences(expected, found),
    ...(await sequences(query)),
    ...(await partitions(query)),
    ...(ground.becomesApp && (await has(query, "app")) ? await isolation(query, tables) : []),
  ];
}

const has = async (query: Query, role: string): Promise<boolean> =>
  (await query("SELECT FROM pg_roles WHERE rolname = $1", [role])).rows.length > 0;

/** `app` serves requests and `monitor` reads figures: neither may rule, nor see past row-level security. */
async function roles(query: Query): Promise<Difference[]> {
  const { rows } = await query(
    `SELECT rolname, concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
       CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
       CASE WHEN rolreplication THEN 'REPLICATION' END) AS may
     FROM pg_roles WHERE rolname IN ('app', 'monitor')`,
  );
  const may = new Map(rows.map((row) => [row.rolname, String(row.may)]));
  return ["app", "monitor"].flatMap((role): Difference[] => {
    const powers = may.get(role);
    if (powers === undefined)
      return [{ what: `role ${role}`, words: "is missing", sql: `CREATE ROLE ${role} NOLOGIN;` }];
    if (powers === "") return [];
    const taken = powers.split(" ").map((power) => `NO${power}`);
    return [{ what: `role ${role}`, words: `is ${powers}`, sql: `ALTER ROLE ${role} ${taken.join(" ")};` }];
  });
}

async function extensions(query: Query, wanted: readonly string[]): Promise<Difference[]> {
  const { rows } = await query("SELECT extname FROM pg_extension");
  return wanted
    .filter((name) => !rows.some(({ extname }) => extname === name))
    .map((name) => ({
      what: `extension ${name}`,
      words: "is missing",
      sql: `CREATE EXTENSION IF NOT EXISTS "${name}";`,
    }));
}

/** A sequence behind its column collides at the next row; one near its end soon refuses. */
async function sequences(query: Query): Promise<Difference[]> {
  const { rows } = await query(`
    SELECT pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) AS sequence,
           format('%I.%I', n.nspname, c.relname) AS name, quote_ident(a.attname) AS col
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname IN ('public', 'ops') AND c.relkind IN ('r', 'p')
      AND pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) IS NOT NULL`);
  const found: Difference[] = [];
  for (const { sequence, name, col } of rows) {
    const asked = await query(
      `SELECT (SELECT max(${col}) FROM ${name}) AS highest, s.last_value AS last, s.is_called AS called, q.seqmax AS most
       FROM ${sequence} s, pg_sequence q WHERE q.seqrelid = '${sequence}'::regclass`,
    );
    const { highest, last, called, most } = asked.rows[0] ?? {};
    const next = BigInt(String(last)) + (called ? 1n : 0n);
    const mend = `SELECT setval('${sequence}', (SELECT max(${col}) FROM ${name}));`;
    if (highest != null && next <= BigInt(String(highest)))
      found.push({
        what: `sequence ${sequence}`,
        words: `is behind ${name}.${col}: next ${next}, there ${highest}`,
        sql: mend,
      });
    else if (next > (BigInt(String(most)) * 9n) / 10n)
      found.push({
        what: `sequence ${sequence}`,
        words: "has less than a tenth of its numbers left",
        sql: `ALTER TABLE ${name} ALTER COLUMN ${col} TYPE bigint;`,
      });
  }
  return found;
}

/** A partition asked for by its own name is guarded by its own rights, not by its parent's policies. */
async function partitions(query: Query): Promise<Difference[]> {
  const { rows } = await query(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_get_userbyid(x.grantee) AS who
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) x
    WHERE c.relispartition AND c.relkind = 'r' AND x.grantee <> c.relowner GROUP BY 1, 2`);
  return rows.map(({ name, who }) => ({
    what: `partition ${name}`,
    words: `${who} may ask for it past the policies of its table`,
    sql: `REVOKE ALL ON ${name} FROM ${who};`,
  }));
}
