import { afterEach, expect, test } from "vitest";
import { d1Provider } from "../../../../components/providers/d1/provider/index.ts";
import { unknown } from "../../../../engine/providers/generic/values.ts";
import type { Values } from "../../../../engine/providers/provider.ts";
import { type D1Options, serveD1 } from "../../../../engine/servers/d1/index.ts";
import { driving } from "../driver.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function d1(config: Values = {}, options: D1Options = {}) {
  const server = await serveD1(options);
  const provider = d1Provider(5);
  await provider.configure?.({ baseUrl: server.url, apiToken: server.token, ...config });
  open.push(() => provider.close?.(), server.stop);
  return { server, provider, ...driving(provider) };
}

const at = {
  accountId: "0123456789abcdef0123456789abcdef",
  databaseId: "0b1c2d3e-0000-4000-8000-000000000001",
};
const first = { version: "1", sql: "CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT;" };
const second = {
  version: "2",
  sql: "ALTER TABLE notes ADD COLUMN text TEXT;\nCREATE INDEX notes_by_text ON notes (text);",
};
const query = "POST /accounts/{account_id}/d1/database/{database_id}/query";

test("migrations run once, in order, whatever order they are given in", async () => {
  const on = await d1();
  const made = await on.create("Schema", { ...at, migrations: [second, first] });
  expect(made.id).toBe(`${at.accountId}/${at.databaseId}`);
  const asked = on.server.query(at.databaseId);
  await asked("INSERT INTO notes (id, text) VALUES (1, 'kept')");
  await on.create("Schema", { ...at, migrations: [first, second] });
  expect(await asked("SELECT text FROM notes")).toEqual([{ text: "kept" }]);
  expect(await asked("SELECT version FROM schema_migrations ORDER BY version")).toEqual([
    { version: "1" },
    { version: "2" },
  ]);
});

test("a change brings what is new, and reading tells what has run", async () => {
  const on = await d1();
  const made = await on.create("Schema", { ...at, migrations: [first] });
  const wanted = { ...at, migrations: [first, second] };
  expect((await on.diff("Schema", made, wanted)).changes).toEqual([
    expect.objectContaining({ replaces: false }),
  ]);
  const changed = await on.update("Schema", made, wanted);
  expect((await on.read("Schema", changed))?.inputs).toEqual(wanted);
  await on.server.query(at.databaseId)("DELETE FROM schema_migrations WHERE version = '2'");
  expect((await on.read("Schema", changed))?.inputs).toEqual({ ...at, migrations: [first] });
});

test("a migration that fails leaves nothing of itself, and says what SQLite says", async () => {
  const on = await d1();
  const broken = { version: "2", sql: "CREATE TABLE half (id INTEGER);\nCREATE TABLE wrong (;" };
  await expect(on.create("Schema", { ...at, migrations: [first, broken] })).rejects.toThrow(/syntax error/);
  const asked = on.server.query(at.databaseId);
  expect(await asked("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([]);
  expect(await asked("SELECT version FROM schema_migrations")).toEqual([{ version: "1" }]);
});

test("an answer that never came is resolved by looking: nothing runs twice", async () => {
  const on = await d1();
  // The sixth request is the migration: after the tables of versions and notes, and two looks at both.
  on.server.fail({ on: query, after: 5, done: true, answer: "tear" });
  await on.create("Schema", { ...at, migrations: [first] });
  expect(await on.server.query(at.databaseId)("SELECT version FROM schema_migrations")).toEqual([
    { version: "1" },
  ]);
});

test("a database that is not there, or has gone, is no schema; a wrong token is said", async () => {
  let there = false;
  const on = await d1({}, { exists: () => there });
  await expect(on.create("Schema", { ...at, migrations: [first] })).rejects.toThrow(/could not be found/);
  there = true;
  const made = await on.create("Schema", { ...at, migrations: [first] });
  there = false;
  expect(await on.read("Schema", made)).toBeUndefined();
  expect(on.server.holds()).toEqual([]);
  const stranger = await d1({ apiToken: "wrong-token" });
  const refused = stranger.create("Schema", { ...at, migrations: [first] });
  await expect(refused).rejects.toThrow(/401/);
  await expect(refused).rejects.not.toThrow(/wrong-token/);
});

test("another database replaces it; what is not known yet is let through", async () => {
  const on = await d1();
  const made = await on.create("Schema", { ...at, migrations: [first] });
  const elsewhere = { ...at, databaseId: "0b1c2d3e-0000-4000-8000-000000000002", migrations: [first] };
  expect((await on.diff("Schema", made, elsewhere)).changes).toEqual([
    expect.objectContaining({ path: "databaseId", replaces: true }),
  ]);
  expect(await on.checked("Schema", { ...at, databaseId: unknown, migrations: [first] })).toMatchObject({
    databaseId: unknown,
  });
  await expect(on.checked("Schema", { ...at, accountId: "short", migrations: [] })).rejects.toThrow(
    /accountId/,
  );
});

test("without a token it says which setting to make", async () => {
  const on = await d1();
  expect(on.provider.checkConfig?.({})).toEqual([
    { property: "apiToken", reason: "set cloudflare:apiToken, or CLOUDFLARE_API_TOKEN" },
  ]);
});

test("the stand-in refuses what D1 refuses", async () => {
  const on = await d1();
  const asked = on.server.query(at.databaseId);
  const run = async (sql: string) => asked(sql);
  await expect(run("BEGIN; CREATE TABLE a (b); COMMIT")).rejects.toThrow(/not authorized/);
  await run("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a (id))");
  await expect(run("INSERT INTO b VALUES (7)")).rejects.toThrow(/FOREIGN KEY/);
});
