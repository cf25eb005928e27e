import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { migrationsOf } from "../../components/kit/migrations.ts";
import { bringUp } from "./d1.ts";
import { edge } from "./edge.ts";

test("the schema that up brings is the one that the app serves from, however often it is brought", async () => {
  const here = await edge();
  try {
    await bringUp(here.flare);
    const { results } = await (await here.database()).prepare("SELECT version FROM schema_migrations").run();
    expect(results).toEqual((await migrationsOf("schema-d1")).map(({ version }) => ({ version })));
    expect((await here.ask("/api/ready")).status).toBe(200);
  } finally {
    await here.stop();
  }
});

test("wrong bindings are named by their names alone, and nothing else is answered", async () => {
  const here = await edge({ bindings: { AUTH_SECRET: "short" } });
  try {
    const answer = await here.ask("/api/ready");
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain("short");
  } finally {
    await here.stop();
  }
});

test("each migration goes up, down and up again", async () => {
  const sqlite = new DatabaseSync(":memory:");
  const tables = () =>
    sqlite
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .all()
      .map(({ name }) => name);
  const [first] = await migrationsOf("schema-d1");
  sqlite.exec(first?.sql ?? "");
  expect(tables()).toEqual(["daily_rollups", "events", "files", "ops_backups", "users"]);
  const folder = join(import.meta.dirname, "..", "..", "migrations", "schema-d1");
  const text = readFileSync(join(folder, `${first?.version}_init.sql`), "utf8");
  sqlite.exec(text.split("-- migrate:down")[1] ?? "");
  expect(tables()).toEqual([]);
  sqlite.exec(first?.sql ?? "");
  expect(tables()).toHaveLength(5);
});

test("the tables refuse what PostgreSQL's refuse", async () => {
  const sqlite = new DatabaseSync(":memory:");
  for (const { sql } of await migrationsOf("schema-d1")) sqlite.exec(sql);
  sqlite.exec("INSERT INTO users (id) VALUES ('ann')");
  const event = (name: string, properties: string, user = "ann") =>
    sqlite
      .prepare("INSERT INTO events (id, user_id, name, properties, occurred_at) VALUES (?, ?, ?, ?, 0)")
      .run(crypto.randomUUID(), user, name, properties);
  expect(() => event("page.viewed:a-b_1", "{}")).not.toThrow();
  expect(() => event("Page", "{}")).toThrow(/CHECK/);
  expect(() => event("1page", "{}")).toThrow(/CHECK/);
  expect(() => event("a b", "{}")).toThrow(/CHECK/);
  expect(() => event("a".repeat(65), "{}")).toThrow(/CHECK/);
  expect(() => event("page", "[]")).toThrow(/CHECK/);
  expect(() => event("page", "not json")).toThrow();
  expect(() => event("page", "{}", "nobody")).toThrow(/FOREIGN KEY/);
});
