import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveBinary } from "dbmate";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { runMigrations } from "../../migrations/runner.ts";
import type { Reach } from "../../operations/database/reach.ts";
import { reachContainer } from "../../operations/local/database.ts";
import { root, rung } from "../support/rung.ts";
import { theContainer, variable } from "./docker.ts";
import { living } from "./living.ts";

let reach: Reach;
beforeAll(async () => {
  const database = await theContainer(living, "database");
  reach = await reachContainer(database.Id, variable(database, "DATABASE_NAME"));
});
afterAll(() => reach.close());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
  await cp(join(root, "migrations", "schema"), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function session<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: reach.url });
  await client.connect();
  return work(client).finally(() => client.end());
}

const go = (what: "migrate" | "rollback") =>
  session((client) =>
    runMigrations((text, values) => client.query(text, values), reach.url, what, {
      folder,
      dbmate: resolveBinary(),
      say: () => {},
    }),
  );
const add = (name: string, up: string, down: string) =>
  writeFile(join(folder, name), `-- migrate:up\n${up}\n-- migrate:down\n${down}\n`);
const there = (table: string) =>
  session(async (client) => (await client.query("SELECT to_regclass($1) AS t", [table])).rows[0].t !== null);

test("a stack that was brought up has the schema that the code expects", async () => {
  const status = await rung("db", "status", "--stack", living.stack);
  expect(status.code, status.out + status.err).toBe(0);
  const found = await rung("db", "validate", "--stack", living.stack, "--json");
  expect(found.code, found.out + found.err).toBe(0);
  expect(JSON.parse(found.out)).toEqual([]);
});

test("a difference is told with exit code 2, and the SQL that is printed mends it", async () => {
  await session((client) => client.query("DROP INDEX public.files_by_user"));
  const told = await rung("db", "validate", "--stack", living.stack, "--sql");
  expect(told.code).toBe(2);
  expect(told.out).toContain("CREATE INDEX files_by_user");
  await session((client) => client.query(told.out));
  expect((await rung("db", "validate", "--stack", living.stack)).code).toBe(0);
});

test("four at once apply it once, each ending well; and it goes back", async () => {
  await add(
    "20990101000000_slow.sql",
    "SELECT pg_sleep(1); CREATE TABLE ops.slow (id int);",
    "DROP TABLE ops.slow;",
  );
  const all = await Promise.all([go("migrate"), go("migrate"), go("migrate"), go("migrate")]);
  expect(all.flat().map(({ state }) => state)).toEqual(["applied"]);
  expect(await there("ops.slow")).toBe(true);
  expect((await go("rollback")).map(({ version, state }) => [version, state])).toEqual([
    ["20990101000000", "pending"],
  ]);
  expect(await there("ops.slow")).toBe(false);
});

test("one that fails leaves nothing of itself", async () => {
  await add(
    "20990101000001_half.sql",
    "CREATE TABLE ops.half (id int); SELECT 1 / 0;",
    "DROP TABLE ops.half;",
  );
  await expect(go("migrate")).rejects.toThrow("division by zero");
  expect(await there("ops.half")).toBe(false);
  expect((await rung("db", "status", "--stack", living.stack)).code).toBe(0);
});

test("after an applied file was changed nothing runs", async () => {
  const file = join(folder, "20260101000000_init.sql");
  await writeFile(file, `${await readFile(file, "utf8")}\n-- one comment more\n`);
  await add("20990101000002_next.sql", "CREATE TABLE ops.next (id int);", "DROP TABLE ops.next;");
  await expect(go("migrate")).rejects.toThrow("changed after being applied: 20260101000000_init.sql");
  expect(await there("ops.next")).toBe(false);
});

test("months of events go to the stack's own storage, and come back", async () => {
  const user = "00000000-0000-4000-8000-00000000aaaa";
  const month = "events_2026_02";
  await session(async (client) => {
    await client.query("SELECT public.events_month('2026-02-01')");
    await client.query("INSERT INTO public.users (id) VALUES ($1) ON CONFLICT DO NOTHING", [user]);
    await client.query(
      "INSERT INTO public.events (id, user_id, name, occurred_at) SELECT gen_random_uuid(), $1, 'old', '2026-02-03' FROM generate_series(1, 50)",
      [user],
    );
  });
  const partitions = (...args: string[]) => rung("db", "partitions", ...args, "--stack", living.stack);
  const state = async () =>
    JSON.parse((await partitions("list", "--json")).out).find((one: { name: string }) => one.name === month);
  const archived = await partitions("archive", "--before", "2026-03");
  expect(archived.code, archived.err).toBe(0);
  expect(archived.out).toMatch(new RegExp(`${month} +50 rows`));
  expect(await there(`public.${month}`)).toBe(false);
  expect(await state()).toMatchObject({ state: "archived", rows: 50 });
  const restored = await partitions("restore", month);
  expect(restored.code, restored.err).toBe(0);
  expect(restored.out).toContain("50 rows are back");
  expect(await state()).toMatchObject({ state: "restored" });
  expect((await rung("db", "validate", "--stack", living.stack)).code).toBe(0);
  await session(async (client) => {
    await client.query(`DROP TABLE public.${month}`);
    await client.query("DELETE FROM public.users WHERE id = $1", [user]);
  });
});

test("the app's role cannot touch the notes of what was applied", async () => {
  const refused = session(async (client) => {
    await client.query("SET ROLE app");
    await client.query("DELETE FROM rung.migrations");
  });
  await expect(refused).rejects.toThrow("permission denied");
});
