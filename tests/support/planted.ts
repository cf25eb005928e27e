import type { Cluster } from "./cluster.ts";

/** A table with every type whose values are easily taken for the same, so many rows of it. */
export const everyType = (rows: number): string => `
  CREATE TYPE mood AS ENUM ('low', 'high');
  CREATE COLLATION IF NOT EXISTS blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TABLE every (
    id bigint PRIMARY KEY, note text, words text COLLATE "C", blind text COLLATE blind, fixed char(8), ratio float8, small real,
    price numeric, day date, at timestamptz, wall timestamp, span interval, blob bytea, doc jsonb, raw json,
    tags text[], uid uuid, addr inet, mood mood, yes boolean, range int4range, large bigint, double bigint GENERATED ALWAYS AS (id * 2) STORED);
  INSERT INTO every SELECT i, 'note ' || i, 'wort ' || i, 'Blind ' || i, 'f' || i % 100000, sqrt(i), sqrt(i)::real, (i || '.50')::numeric,
    date '2026-01-01' + i % 1000, timestamptz '2026-03-29 00:30:00+00' + i * interval '1 s',
    timestamp '2026-03-29 02:30:00' + i * interval '1 s', i * interval '1 min', decode(md5(i::text), 'hex'),
    jsonb_build_object('i', i, 'n', null), '{"a":  1}', ARRAY['x', NULL, i::text], md5(i::text)::uuid,
    '10.0.0.1', 'low', i % 2 = 0, int4range(i, i + 5), i FROM generate_series(1, ${rows}) i;
  CREATE INDEX every_by_at ON every (at);
  CREATE TABLE by_text (name text PRIMARY KEY, body text);
  INSERT INTO by_text SELECT 'n,"' || i || E'\\\\ (' , repeat(md5(i::text), 100) FROM generate_series(1, 2000) i;
  CREATE TABLE by_two (a int, b uuid, c text, PRIMARY KEY (a, b));
  INSERT INTO by_two SELECT i % 50, md5(i::text)::uuid, NULL FROM generate_series(1, 3000) i;
  CREATE TABLE keyless (a int, b text);
  INSERT INTO keyless SELECT i % 10, 'b' || i % 3 FROM generate_series(1, 1000) i;
  CREATE TABLE empty (id int PRIMARY KEY);
  CREATE SEQUENCE counter;
  SELECT setval('counter', 500);
  ALTER TABLE every ENABLE ROW LEVEL SECURITY;
  CREATE POLICY mine ON every USING (note = current_user);
  GRANT SELECT ON every TO reader;`;

/** One change of a value that must be seen, by what it is; `$1` stands for the id of a row. */
export const changes: Readonly<Record<string, string>> = {
  "NULL for empty": "UPDATE every SET note = CASE WHEN note IS NULL THEN '' END WHERE id = $1",
  "a space at the end": "UPDATE every SET words = words || ' ' WHERE id = $1",
  "another case where the collation is blind to it": "UPDATE every SET blind = upper(blind) WHERE id = $1",
  "the last bit of a float8": "UPDATE every SET ratio = ratio * (1 + 4e-16::float8) WHERE id = $1",
  "the last bit of a real": "UPDATE every SET small = small * 1.0000002 WHERE id = $1",
  "a zero at a number's end": "UPDATE every SET price = (price::text || '0')::numeric WHERE id = $1",
  "a day": "UPDATE every SET day = day + 1 WHERE id = $1",
  "a microsecond": "UPDATE every SET at = at + interval '1 us' WHERE id = $1",
  "an hour of summer": "UPDATE every SET wall = wall + interval '1 hour' WHERE id = $1",
  "24 hours for a day":
    "UPDATE every SET span = CASE WHEN span = interval '1 day' THEN interval '24 h' ELSE span + interval '1 mon' END WHERE id = $1",
  "a byte": "UPDATE every SET blob = set_byte(blob, 15, get_byte(blob, 15) # 1) WHERE id = $1",
  "a zero byte at the end": "UPDATE every SET blob = blob || '\\x00' WHERE id = $1",
  "null for no key in jsonb": "UPDATE every SET doc = doc - 'n' WHERE id = $1",
  "a space in json": `UPDATE every SET raw = '{"a": 1}' WHERE id = $1`,
  "NULL for 'NULL' in an array": "UPDATE every SET tags[2] = 'NULL' WHERE id = $1",
  "a uuid": "UPDATE every SET uid = md5(uid::text)::uuid WHERE id = $1",
  "a netmask": "UPDATE every SET addr = '10.0.0.1/24' WHERE id = $1",
  "an enum": "UPDATE every SET mood = 'high' WHERE id = $1",
  "NULL for false": "UPDATE every SET yes = CASE WHEN yes IS NULL THEN false END WHERE id = $1",
  "a range's bound": "UPDATE every SET range = int4range(lower(range), upper(range) + 1) WHERE id = $1",
  "the halves of a bigint": "UPDATE every SET large = large << 32 WHERE id = $1",
  "a row that is gone": "DELETE FROM every WHERE id = $1",
  "a row too much": "INSERT INTO every (id) VALUES (1000000 + $1)",
};

/** What is no row, and must be seen: the SQL, and how it is called when it is found. */
export const planted: readonly { readonly sql: string; readonly found: string }[] = [
  { sql: "DROP INDEX every_by_at", found: "index public.every.every_by_at" },
  { sql: "REVOKE SELECT ON every FROM reader", found: "grant public.every" },
  { sql: "GRANT UPDATE (note) ON every TO reader", found: "grant public.every.note" },
  { sql: "SELECT setval('counter', 499)", found: "sequence public.counter" },
  { sql: "ALTER TABLE every DISABLE ROW LEVEL SECURITY", found: "relation public.every" },
  { sql: "ALTER POLICY mine ON every USING (true)", found: "policy public.every.mine" },
  { sql: "ALTER TABLE by_two DROP CONSTRAINT by_two_pkey", found: "constraint public.by_two.by_two_pkey" },
  { sql: "ALTER TABLE every ALTER note SET NOT NULL", found: "column public.every.note" },
  { sql: "ALTER TABLE every ALTER note SET DEFAULT 'x'", found: "column public.every.note" },
];

/** Makes a database with `everyType` in it. */
export async function dress(cluster: Cluster, database: string, rows: number): Promise<void> {
  await cluster.sql("DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  await cluster.sql(`CREATE DATABASE ${database}`);
  await cluster.sql(everyType(rows), undefined, database);
}
