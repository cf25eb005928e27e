import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lint } from "../../../operations/database/lint.ts";
import { lintD1 } from "../../../operations/database/lintD1.ts";
import { root } from "../../support/rung.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lint-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function broken(up: string, down = "SELECT 1;", head = ""): Promise<string[]> {
  const file = join(folder, "20270101000000_case.sql");
  await writeFile(file, `-- migrate:up${head}\n${up}\n-- migrate:down\n${down}\n`);
  return (await lint([file])).map(({ what }) => what.split(":")[0] ?? "");
}

const guarded = `CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL);
  ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY; ALTER TABLE public.notes FORCE ROW LEVEL SECURITY;
  CREATE POLICY own ON public.notes TO app USING (user_id = public.app_user_id());`;

test.each([
  [
    "locks: an index built in place",
    "CREATE INDEX i ON public.events (name);",
    "require-concurrent-index-creation",
  ],
  [
    "locks: a constraint checked at once",
    "ALTER TABLE public.events ADD CONSTRAINT c CHECK (name <> '');",
    "constraint-missing-not-valid",
  ],
  [
    "locks: a foreign key checked at once",
    "ALTER TABLE public.files ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES public.users (id);",
    "constraint-missing-not-valid",
  ],
  [
    "rewrites: another type",
    "ALTER TABLE public.files ALTER COLUMN bytes TYPE numeric;",
    "changing-column-type",
  ],
  [
    "rewrites: a value of its own for each row",
    "ALTER TABLE public.files ADD COLUMN token uuid DEFAULT gen_random_uuid();",
    "adding-field-with-default",
  ],
  ["rewrites: every row in one transaction", "UPDATE public.files SET name = lower(name);", "rewrites-rows"],
  ["breaks: another name", "ALTER TABLE public.files RENAME COLUMN name TO title;", "renaming-column"],
  ["breaks: another table name", "ALTER TABLE public.files RENAME TO documents;", "renaming-table"],
  [
    "breaks: required, and the old app does not give it",
    "ALTER TABLE public.files ADD COLUMN kind text NOT NULL;",
    "adding-required-field",
  ],
  [
    "breaks: required from now on",
    "ALTER TABLE public.events ALTER COLUMN properties SET NOT NULL;",
    "adding-not-nullable-field",
  ],
  ["drops a table", "DROP TABLE public.files;", "drops-data"],
  ["drops a column", "ALTER TABLE public.files DROP COLUMN sha256;", "drops-data"],
  ["drops a schema", "DROP SCHEMA ops CASCADE;", "drops-data"],
  ["empties a table", "TRUNCATE public.events;", "drops-data"],
  ["deletes rows", "DELETE FROM public.events WHERE name = 'x';", "drops-data"],
  ["shows rows to all", "CREATE TABLE public.notes (id uuid PRIMARY KEY);", "open-table"],
  ["guards rows from others, not from the owner", guarded.replace("FORCE", "ENABLE"), "open-table"],
  [
    "lends its power",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';",
    "unsafe-definer",
  ],
])("refused: %s", async (_, up, rule) => {
  expect(await broken(up)).toContain(rule);
});

test("what this repository applies breaks no rule", async () => {
  const folder = join(root, "migrations", "schema");
  const files = (await readdir(folder)).toSorted().map((name) => join(folder, name));
  expect(await lint(files)).toEqual([]);
});

test("refused: no way back, half done, not SQL", async () => {
  expect(await broken("SELECT 1;", "-- nothing")).toEqual(["no-way-back"]);
  expect(await broken("SELECT 1; SELECT 2;", undefined, " transaction:false")).toEqual(["not-atomic"]);
  expect(await broken("CREAT TABLE x;")).toEqual(["is not PostgreSQL"]);
});

test("taken: what expands", async () => {
  expect(await broken(guarded)).toEqual([]);
  expect(await broken("ALTER TABLE public.files ADD COLUMN note text;")).toEqual([]);
  expect(await broken("ALTER TABLE public.files ADD COLUMN stars bigint NOT NULL DEFAULT 0;")).toEqual([]);
  expect(
    await broken(
      "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON public.events (name);",
      undefined,
      " transaction:false",
    ),
  ).toEqual([]);
  expect(
    await broken("CREATE TABLE public.sums (day date PRIMARY KEY); REVOKE ALL ON public.sums FROM app;"),
  ).toEqual([]);
});

test("an exception needs a reason, and lifts one rule only", async () => {
  const drop = "ALTER TABLE public.files DROP COLUMN sha256;";
  expect(await broken(`-- rung:allow drops-data\n${drop}`)).toContain("an exception has no reason");
  const told = "-- rung:allow drops-data: nothing reads it since 1.4";
  expect(await broken(`${told}\n-- rung:allow ban-drop-column: the same\n${drop}`)).toEqual([]);
  expect(await broken(`${told}\n${drop}`)).toEqual(["ban-drop-column"]);
});

test("the line is the statement's, behind comments that are not plain ASCII", async () => {
  const file = join(folder, "20270101000001_line.sql");
  await writeFile(
    file,
    "-- migrate:up\n-- größer, schöner\n\nTRUNCATE public.events;\n-- migrate:down\nSELECT 1;\n",
  );
  expect((await lint([file]))[0]?.where.key).toBe("line 4");
});

test("D1: what SQLite refuses, what goes, what does not come back", async () => {
  const file = async (name: string, up: string, down: string) => {
    const path = join(folder, name);
    await writeFile(path, `-- migrate:up\n${up}\n-- migrate:down\n${down}\n`);
    return path;
  };
  const first = await file("1.sql", "CREATE TABLE a (id TEXT, note TEXT);", "DROP TABLE a;");
  expect(await lintD1([first])).toEqual([]);
  const drops = await file("2.sql", "ALTER TABLE a DROP COLUMN note;", "ALTER TABLE a ADD COLUMN note TEXT;");
  expect((await lintD1([first, drops])).map(({ what }) => what)).toEqual(["drops-data: a.note"]);
  const stays = await file("3.sql", "CREATE TABLE b (id TEXT);", "SELECT 1;");
  expect((await lintD1([stays]))[0]?.what).toContain("no-way-back");
  expect(
    (await lintD1([await file("4.sql", "CREATE TABLE c (id uuid) STRICT;", "DROP TABLE c;")]))[0]?.what,
  ).toContain("SQLite");
});
