import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrationStates, readMigrations } from "../../../migrations/runner.ts";
import { emptyDatabase } from "../../../operations/database/expected.ts";

let pg: PGlite;
let folder: string;
beforeEach(async () => {
  pg = await emptyDatabase();
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
});
afterEach(async () => {
  await pg.close();
  await rm(folder, { recursive: true });
});

const query = (text: string, values?: unknown[]) => pg.query<Record<string, unknown>>(text, values);
const add = (name: string, up = "SELECT 1;") =>
  writeFile(join(folder, name), `-- migrate:up\n${up}\n-- migrate:down\nSELECT 1;\n`);
const states = async () =>
  (await migrationStates(query, await readMigrations(folder))).map(({ name, state }) => [name, state]);

test("pending, applied, changed since, lost", async () => {
  await add("20270101000000_one.sql");
  await add("20270102000000_two.sql");
  expect(await states()).toEqual([
    ["20270101000000_one.sql", "pending"],
    ["20270102000000_two.sql", "pending"],
  ]);
  const [one, two] = await readMigrations(folder);
  await pg.exec(
    "CREATE TABLE public.schema_migrations (version text); INSERT INTO public.schema_migrations VALUES ('20270101000000'), ('20270102000000')",
  );
  expect(
    (await states()).map(([, state]) => state),
    "before notes were kept",
  ).toEqual(["applied", "applied"]);
  await pg.exec(
    "CREATE SCHEMA rung; CREATE TABLE rung.migrations (version text, name text, sha256 text, applied_at timestamptz)",
  );
  for (const file of [one, two])
    await query("INSERT INTO rung.migrations VALUES ($1, $2, $3, now())", [
      file?.version,
      file?.name,
      file?.sha256,
    ]);
  expect((await states()).map(([, state]) => state)).toEqual(["applied", "applied"]);
  await add("20270101000000_one.sql", "SELECT 2;");
  await rm(join(folder, "20270102000000_two.sql"));
  expect(await states()).toEqual([
    ["20270101000000_one.sql", "changed"],
    ["20270102000000_two.sql", "lost"],
  ]);
});

test("a file that dbmate would pass over is an error", async () => {
  await add("20270101_short.sql");
  await expect(readMigrations(folder)).rejects.toThrow("14 digits");
  await rm(join(folder, "20270101_short.sql"));
  await cp(import.meta.filename, join(folder, "20270101000000_none.sql"));
  await writeFile(join(folder, "20270101000000_none.sql"), "SELECT 1;");
  await expect(readMigrations(folder)).rejects.toThrow("migrate:up");
});
