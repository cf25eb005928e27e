import { createHash } from "node:crypto";
import type pg from "pg";

/** One thing of a schema that is no row, by what it is known by. */
export type Catalogue = ReadonlyMap<string, string>;

export interface CatalogueDifference {
  /** `index public.events.events_by_time` */
  readonly what: string;
  readonly found: "differs" | "missing" | "too much";
}

/** Nothing of an extension's. */
const owned = (classOf: string, oid: string) =>
  `EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${classOf}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;
const relations = (kinds: string) => `
  SELECT c.*, n.nspname || '.' || c.relname AS label FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1) AND c.relpersistence <> 't' AND c.relkind = ANY ('{${kinds}}')
    AND NOT ${owned("pg_class", "c.oid")}`;
const who = (oid: string) => `CASE WHEN ${oid} = 0 THEN 'public' ELSE pg_get_userbyid(${oid})::text END`;
/** What has no list of its own has the owner's rights alone, or what everyone has: said as what it means. */
const held = (kind: string, list: string, owner: string) => `
  (SELECT string_agg(format('%s:%s%s', ${who("x.grantee")}, x.privilege_type, CASE WHEN x.is_grantable THEN '*' END), ' '
     ORDER BY ${who("x.grantee")}, x.privilege_type)
   FROM aclexplode(coalesce(${list}, acldefault('${kind}', ${owner}))) x
   WHERE x.grantee <> ${owner} AND x.privilege_type <> 'MAINTAIN')`;

const asked: Readonly<Record<string, string>> = {
  relation: `SELECT label AS name, concat_ws(' ', c.relkind, c.relpersistence, c.relreplident, c.relispartition,
      CASE WHEN c.relrowsecurity THEN 'row security' END, CASE WHEN c.relforcerowsecurity THEN 'forced' END,
      CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
      pg_get_expr(c.relpartbound, c.oid)) AS said FROM (${relations("r,p,v,m,f")}) c`,
  owner: `SELECT label AS name, pg_get_userbyid(relowner)::text AS said FROM (${relations("r,p,v,m,S")}) c`,
  column: `SELECT c.label || '.' || a.attname AS name, concat_ws(' ', format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN 'NOT NULL' END, NULLIF(a.attidentity, ''), NULLIF(a.attgenerated, ''),
      NULLIF(l.collname, 'default'), pg_get_expr(v.adbin, v.adrelid)) AS said
    FROM (${relations("r,p,v,m")}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef v ON v.adrelid = a.attrelid AND v.adnum = a.attnum
    LEFT JOIN pg_collation l ON l.oid = a.attcollation`,
  sequence: `SELECT c.label AS name, concat_ws(' ', s.seqtypid::regtype, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle) AS said
    FROM (${relations("S")}) c JOIN pg_sequence s ON s.seqrelid = c.oid`,
  constraint: `SELECT c.label || '.' || k.conname AS name,
      pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' (not valid)' END AS said
    FROM (${relations("r,p")}) c JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype <> 'n'`,
  index: `SELECT c.label || '.' || i.relname AS name,
      pg_get_indexdef(i.oid) || CASE WHEN x.indisvalid THEN '' ELSE ' (invalid)' END AS said
    FROM (${relations("r,p,m")}) c JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid`,
  trigger: `SELECT c.label || '.' || g.tgname AS name, g.tgenabled::text || ' ' || pg_get_triggerdef(g.oid) AS said
    FROM (${relations("r,p,v")}) c JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal`,
  policy: `SELECT c.label || '.' || p.polname AS name, concat_ws(' ', p.polcmd, p.polpermissive,
      (SELECT string_agg(${who("r")}, ',' ORDER BY ${who("r")}) FROM unnest(p.polroles) r),
      pg_get_expr(p.polqual, p.polrelid), '/', pg_get_expr(p.polwithcheck, p.polrelid)) AS said
    FROM (${relations("r,p")}) c JOIN pg_policy p ON p.polrelid = c.oid`,
  function: `SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name,
      pg_get_userbyid(p.proowner) || ' ' || CASE WHEN p.prokind = 'a' THEN 'aggregate' ELSE pg_get_functiondef(p.oid) END AS said
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY ($1) AND NOT ${owned("pg_proc", "p.oid")}`,
  type: `SELECT n.nspname || '.' || t.typname AS name, concat_ws(' ', t.typtype, format_type(t.typbasetype, t.typtypmod),
      (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
      (SELECT string_agg(pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype <> 'n')) AS said
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = ANY ($1) AND t.typtype IN ('e', 'd', 'r') AND NOT ${owned("pg_type", "t.oid")}`,
  grant: `SELECT c.label AS name, ${held("r", "c.relacl", "c.relowner")} AS said FROM (${relations("r,p,v,m")}) c
    UNION ALL SELECT c.label, ${held("s", "c.relacl", "c.relowner")} FROM (${relations("S")}) c
    UNION ALL SELECT c.label || '.' || a.attname, ${held("c", "a.attacl", "c.relowner")}
      FROM (${relations("r,p,v,m")}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
      ${held("f", "p.proacl", "p.proowner")}
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY ($1) AND NOT ${owned("pg_proc", "p.oid")}
    UNION ALL SELECT n.nspname, ${held("n", "n.nspacl", "n.nspowner")} FROM pg_namespace n
      WHERE n.nspname = ANY ($1)`,
};

/** All that a schema is beside its rows. Needs the fixed settings of `connect`: no schema is on the path. */
export async function catalogueOf(client: pg.Client, schemas: readonly string[]): Promise<Catalogue> {
  const found = new Map<string, string>();
  for (const [kind, query] of Object.entries(asked)) {
    const { rows } = await client.query(query, [schemas]);
    for (const one of rows) found.set(`${kind} ${one.name}`, one.said ?? "");
  }
  return found;
}

/** How the target's catalogue differs from the source's. */
export function catalogueDifferences(source: Catalogue, target: Catalogue): CatalogueDifference[] {
  const mine = [...source].flatMap(([what, said]): CatalogueDifference[] => {
    const other = target.get(what);
    if (other === undefined) return [{ what, found: "missing" }];
    return other === said ? [] : [{ what, found: "differs" }];
  });
  const more = [...target.keys()].filter((what) => !source.has(what));
  return [...mine, ...more.map((what): CatalogueDifference => ({ what, found: "too much" }))];
}

/** One hash of a whole catalogue: whether a schema is still what it was. */
export function catalogueHash(catalogue: Catalogue): string {
  const lines = [...catalogue].map(([what, said]) => `${what}\0${said}`).toSorted();
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/** Every table of PostgreSQL's that `asked` reads. */
const systemTables = [
  "pg_attrdef",
  "pg_attribute",
  "pg_class",
  "pg_constraint",
  "pg_depend",
  "pg_enum",
  "pg_index",
  "pg_namespace",
  "pg_policy",
  "pg_proc",
  "pg_sequence",
  "pg_trigger",
  "pg_type",
];

/**
 * What stays while nobody changes a schema, in a few milliseconds: which transactions wrote the rows that a catalogue
 * is read from. Other marks may be of the same catalogue; the same mark is of no other one.
 */
export async function catalogueMark(client: pg.Client): Promise<string> {
  const each = systemTables.map(
    (table) => `SELECT count(*) AS n, sum(hashtextextended(ctid::text, xmin::text::int8)) AS s FROM ${table}`,
  );
  const { rows } = await client.query(
    `SELECT string_agg(n || ':' || s, ' ') AS mark FROM (${each.join(" UNION ALL ")}) x`,
  );
  return String(rows[0]?.mark);
}
