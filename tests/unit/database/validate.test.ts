import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { migrationsOf } from "../../../components/kit/migrations.ts";
import { halves, readMigrations } from "../../../migrations/runner.ts";
import {
  emptyDatabase,
  expectedFile,
  expectedSchema,
  migrated,
  schemaOfMigrations,
} from "../../../operations/database/expected.ts";
import { snapshot } from "../../../operations/database/snapshot.ts";
import { typesFiles, typesOf, typesOfD1 } from "../../../operations/database/types.ts";
import { validate } from "../../../operations/database/validate.ts";
import { root } from "../../support/rung.ts";

let pg: PGlite;
beforeAll(async () => {
  pg = await emptyDatabase();
});
beforeEach(() => migrated(pg));
afterAll(() => pg.close());

const query = (text: string, values?: unknown[]) => pg.query<Record<string, unknown>>(text, values);
const check = async () => validate(query, await expectedSchema(), { extensions: [], becomesApp: true });
const asSuperuser = async (sql: string) => {
  await pg.exec(`RESET ROLE; ${sql}; SET ROLE owner`);
};

test("what is generated from the migrations is up to date (npm run schema)", async () => {
  const schema = await schemaOfMigrations();
  expect(JSON.parse(await readFile(join(root, expectedFile), "utf8"))).toEqual(schema);
  const d1 = (await migrationsOf("schema-d1")).map(({ sql }) => sql);
  // Biome takes the quotes off names that need none.
  const plain = (text: string) => text.replace(/"(\w+)":/g, "$1:").replace(/\s/g, "");
  for (const [file, wanted] of [
    [typesFiles.postgres, typesOf(schema)],
    [typesFiles.d1, typesOfD1(d1)],
  ] as const) {
    expect(plain(await readFile(join(root, file), "utf8")), file).toBe(plain(wanted));
  }
});

test("each migration goes back, and forward again, to the same schema", async () => {
  const files = await readMigrations(join(root, "migrations", "schema"));
  const after = await snapshot(query);
  for (const { text } of files.toReversed()) await pg.exec(halves(text).down);
  expect((await snapshot(query)).filter(({ kind }) => kind !== "schema")).toEqual([]);
  for (const { text } of files) await pg.exec(halves(text).up);
  expect(await snapshot(query)).toEqual(after);
});

test("a schema that is as expected has nothing to be said of it", async () => {
  expect(await check()).toEqual([]);
});

test.each([
  ["an index is gone", "DROP INDEX public.files_by_user", "index public.files_by_user", "is missing"],
  [
    "an index nobody asked for",
    "CREATE INDEX extra ON public.files (name)",
    "index public.extra",
    "nothing asks for it",
  ],
  [
    "a column is gone",
    "ALTER TABLE public.files DROP COLUMN content_type",
    "column public.files.content_type",
    "is missing",
  ],
  [
    "a column of another type",
    "ALTER TABLE public.files ALTER COLUMN bytes TYPE integer",
    "column public.files.bytes",
    'is "integer NOT NULL"',
  ],
  [
    "a column may be empty",
    "ALTER TABLE public.files ALTER COLUMN name DROP NOT NULL",
    "column public.files.name",
    'is "text"',
  ],
  [
    "a default is gone",
    "ALTER TABLE public.files ALTER COLUMN created_at DROP DEFAULT",
    "column public.files.created_at",
    "must be",
  ],
  [
    "a check is gone",
    "ALTER TABLE public.files DROP CONSTRAINT files_bytes_check",
    "constraint public.files.files_bytes_check",
    "is missing",
  ],
  [
    "a check of another mind",
    "ALTER TABLE public.files DROP CONSTRAINT files_bytes_check; ALTER TABLE public.files ADD CONSTRAINT files_bytes_check CHECK (bytes >= 0)",
    "constraint public.files.files_bytes_check",
    "bytes >= 0",
  ],
  [
    "a foreign key is gone",
    "ALTER TABLE public.files DROP CONSTRAINT files_user_id_fkey",
    "constraint public.files.files_user_id_fkey",
    "is missing",
  ],
  [
    "the app may delete",
    "GRANT DELETE ON public.events TO app",
    "grant TABLE public.events to app",
    "DELETE",
  ],
  [
    "everyone may count",
    "GRANT EXECUTE ON FUNCTION public.events_today() TO PUBLIC",
    "grant FUNCTION public.events_today() to public",
    "nothing asks for it",
  ],
  [
    "a function that does something else",
    "CREATE OR REPLACE FUNCTION public.events_today() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT 1::bigint'",
    "function public.events_today()",
    "must be",
  ],
  [
    "a trigger nobody asked for",
    "CREATE FUNCTION public.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER t AFTER INSERT ON public.users FOR EACH ROW EXECUTE FUNCTION public.t()",
    "trigger public.users.t",
    "nothing asks for it",
  ],
])("found, and mended by its own SQL: %s", async (_, plant, what, words) => {
  await pg.exec(plant);
  const found = await check();
  expect(found.map((one) => one.what)).toContain(what);
  expect(found.find((one) => one.what === what)?.words).toContain(words);
  for (const { sql } of found) await pg.exec(sql);
  const left = await check();
  // a column that came back stands at the end of its table, and that is no difference
  expect(left).toEqual([]);
});

test.each([
  [
    "row security is off",
    "ALTER TABLE public.events DISABLE ROW LEVEL SECURITY",
    "public.events",
    "sees another's rows",
  ],
  [
    "a policy that lets all through",
    "DROP POLICY own ON public.files; CREATE POLICY own ON public.files TO app USING (true) WITH CHECK (true)",
    "public.files",
    "sees another's rows",
  ],
  [
    "a policy beside the right one",
    "CREATE POLICY more ON public.files FOR SELECT TO app USING (bytes > 0)",
    "public.files",
    "sees another's rows",
  ],
  [
    "writes are not checked",
    "DROP POLICY own ON public.events; CREATE POLICY own ON public.events TO app USING (user_id = public.app_user_id()) WITH CHECK (true)",
    "public.events",
    "adds rows in another's name",
  ],
  [
    "another's rows can be changed",
    "GRANT UPDATE ON public.files TO app; CREATE POLICY edit ON public.files FOR UPDATE TO app USING (true); CREATE POLICY look ON public.files FOR SELECT TO app USING (true)",
    "public.files",
    "changes another's rows",
  ],
  [
    "another's rows can be deleted",
    "GRANT DELETE ON public.files TO app; DROP POLICY own ON public.files; CREATE POLICY own ON public.files TO app USING (true) WITH CHECK (user_id = public.app_user_id())",
    "public.files",
    "deletes another's rows",
  ],
  [
    "no user sees all",
    "DROP POLICY own ON public.users; CREATE POLICY own ON public.users TO app USING (id = public.app_user_id() OR public.app_user_id() IS NULL) WITH CHECK (id = public.app_user_id())",
    "public.users",
    "sees rows although it is no user",
  ],
  [
    "nobody sees anything",
    "DROP POLICY own ON public.files; CREATE POLICY own ON public.files FOR INSERT TO app WITH CHECK (user_id = public.app_user_id())",
    "public.files",
    "does not see its own rows",
  ],
])("users are not kept apart, found by trying: %s", async (_, plant, table, words) => {
  await pg.exec(plant);
  const found = (await check()).filter(({ what }) => what === `policy on ${table}`);
  expect(found.map((one) => one.words)).toContain(`a user ${words}`);
});

test("trying leaves nothing behind", async () => {
  await check();
  const { rows } = await query(
    "SELECT (SELECT count(*) FROM public.users) + (SELECT count(*) FROM public.events) AS left",
  );
  expect(Number(rows[0]?.left)).toBe(0);
});

test("a table that nobody has said whose it is", async () => {
  await pg.exec("CREATE TABLE public.notes (id int)");
  expect((await check()).find(({ what }) => what === "table public.notes")?.words).toBeDefined();
  expect((await check()).some(({ words }) => words.includes("guard.ts"))).toBe(true);
});

test("roles that may too much, and a sequence behind its column", async () => {
  await asSuperuser("ALTER ROLE app BYPASSRLS");
  const role = (await check()).find(({ what }) => what === "role app");
  expect(role).toMatchObject({ words: "is BYPASSRLS", sql: "ALTER ROLE app NOBYPASSRLS;" });
  await asSuperuser(role?.sql ?? "");
  await pg.exec(
    "INSERT INTO ops.backups (id, kind, started_at, finished_at, ok) OVERRIDING SYSTEM VALUE VALUES (41, 'full', now(), now(), true)",
  );
  const [behind, ...others] = await check();
  expect(others).toEqual([]);
  expect(behind?.words).toContain("there 41");
  await pg.exec(behind?.sql ?? "");
  expect(await check()).toEqual([]);
});

test("an extension that the spec asks for", async () => {
  const found = await validate(query, await expectedSchema(), { extensions: ["pg_trgm"], becomesApp: true });
  expect(found).toEqual([expect.objectContaining({ what: "extension pg_trgm", words: "is missing" })]);
});
