import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type D1Server, serveD1 } from "../../../engine/servers/d1/index.ts";
import { MigrationsDiffer } from "../../../migrations/runner.ts";
import { d1Migrations } from "../../../operations/database/d1.ts";

const at = {
  accountId: "0123456789abcdef0123456789abcdef",
  databaseId: "0b1c2d3e-0000-4000-8000-000000000001",
};
const query = "POST /accounts/{account_id}/d1/database/{database_id}/query";

let server: D1Server;
let folder: string;
beforeEach(async () => {
  server = await serveD1();
  folder = await mkdtemp(join(tmpdir(), "d1-"));
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const said: string[] = [];
const migrations = () => d1Migrations(at, { baseUrl: server.url, token: server.token }, folder);
const states = async () => (await migrations().status()).map(({ name, state }) => [name, state]);
const change = async (what: "migrate" | "rollback") =>
  (await migrations().change(what, (line) => said.push(line))).map(({ name, state }) => [name, state]);
const add = (name: string, up: string, down: string) =>
  writeFile(join(folder, name), `-- migrate:up\n${up}\n-- migrate:down\n${down}\n`);
const notes = () => add(one, "CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT;", "DROP TABLE notes;");
const text = () => add(two, "ALTER TABLE notes ADD COLUMN text TEXT;", "ALTER TABLE notes DROP COLUMN text;");
const tables = async () =>
  (
    await server.query(at.databaseId)(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%migrations' ORDER BY name",
    )
  ).map(({ name }) => name);
const one = "20270101000000_notes.sql";
const two = "20270102000000_text.sql";

test("what is pending is applied, and the last one taken back, one at a time", async () => {
  await notes();
  await text();
  expect(await states()).toEqual([
    [one, "pending"],
    [two, "pending"],
  ]);
  expect(await change("migrate")).toEqual([
    [one, "applied"],
    [two, "applied"],
  ]);
  const [first] = await migrations().status();
  expect(Date.now() - Date.parse(first?.appliedAt ?? "")).toBeLessThan(3_600_000);
  expect(await change("migrate")).toEqual([]);
  expect(await change("rollback")).toEqual([[two, "pending"]]);
  expect(await change("rollback")).toEqual([[one, "pending"]]);
  expect(await tables()).toEqual([]);
  expect(await change("rollback")).toEqual([]);
});

test("one that fails leaves nothing of itself, nor of its note", async () => {
  await notes();
  await change("migrate");
  await server.query(at.databaseId)("INSERT INTO notes (id) VALUES (1)");
  // What runs on empty tables need not run on these.
  await add(
    two,
    "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT;\nCREATE TABLE few (id INTEGER PRIMARY KEY CHECK (id > 1)) STRICT;\nINSERT INTO few SELECT id FROM notes;",
    "DROP TABLE few;\nDROP TABLE half;",
  );
  await expect(change("migrate")).rejects.toThrow(/CHECK constraint failed/);
  expect(await tables()).toEqual(["notes"]);
  expect(await states()).toEqual([
    [one, "applied"],
    [two, "pending"],
  ]);
});

test("what the linter refuses does not run", async () => {
  await notes();
  await text();
  await change("migrate");
  await add("20270103000000_drop.sql", "ALTER TABLE notes DROP COLUMN text;", "SELECT 1;");
  await expect(change("migrate")).rejects.toThrow(/drops-data: notes.text/);
  expect((await states()).at(-1)).toEqual(["20270103000000_drop.sql", "pending"]);
});

test("a file that was changed since stops both ways; what takes it back may be written better", async () => {
  await notes();
  await change("migrate");
  await add(one, "CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT;", "-- the notes go\nDROP TABLE notes;");
  expect(await states()).toEqual([[one, "applied"]]);
  await add(one, "CREATE TABLE notes (id INTEGER PRIMARY KEY, more TEXT) STRICT;", "DROP TABLE notes;");
  expect(await states()).toEqual([[one, "changed"]]);
  await expect(change("migrate")).rejects.toThrow(MigrationsDiffer);
  await expect(change("rollback")).rejects.toThrow(MigrationsDiffer);
  expect(await tables()).toEqual(["notes"]);
});

test("what is applied and has no file is lost: nothing knows how to take it back", async () => {
  await notes();
  await text();
  await change("migrate");
  await rm(join(folder, two));
  expect(await states()).toEqual([
    [one, "applied"],
    ["20270102000000", "lost"],
  ]);
  await expect(change("rollback")).rejects.toThrow(/nothing says how 20270102000000 is taken back/);
});

test("of two that take the same one back, one does; an answer that never came is resolved by looking", async () => {
  await notes();
  await text();
  await change("migrate");
  const both = await Promise.allSettled([change("rollback"), change("rollback")]);
  expect(both.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
  expect(await states()).toEqual([
    [one, "applied"],
    [two, "pending"],
  ]);
  // After two looks before it, the tables of notes and two looks: the request that takes it back.
  server.fail({ on: query, after: 5, done: true, answer: "tear" });
  expect(await change("rollback")).toEqual([[one, "pending"]]);
  expect(await tables()).toEqual([]);
});

test("a database from before notes were kept counts as applied", async () => {
  await notes();
  await server.query(at.databaseId)(
    "CREATE TABLE schema_migrations (version TEXT PRIMARY KEY) STRICT; INSERT INTO schema_migrations VALUES ('20270101000000'); CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT;",
  );
  expect(await migrations().status()).toEqual([
    { version: "20270101000000", name: one, appliedAt: null, state: "applied" },
  ]);
});
