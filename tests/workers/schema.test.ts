import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { readMigrations, statementsOf } from "../../app/buildWorker.ts";
import { edge } from "./edge.ts";

const folder = join(import.meta.dirname, "..", "..", "migrations", "schema-d1");

test("two isolates that begin at once leave one schema, and both serve", async () => {
  const here = await edge();
  try {
    const answers = await Promise.all(Array.from({ length: 20 }, () => here.ask("/api/ready")));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const { results } = await (await here.database()).prepare("SELECT version FROM schema_migrations").run();
    expect(results).toHaveLength(1);
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
  const [first] = await readMigrations(folder);
  const up = () => {
    for (const statement of first?.statements ?? []) sqlite.exec(statement);
  };
  up();
  expect(tables()).toEqual(["daily_rollups", "events", "files", "ops_backups", "users"]);
  const text = readFileSync(join(folder, `${first?.version}_init.sql`), "utf8");
  sqlite.exec(text.split("-- migrate:down")[1] ?? "");
  expect(tables()).toEqual([]);
  up();
  expect(tables()).toHaveLength(5);
});

test("the tables refuse what PostgreSQL's refuse", async () => {
  const sqlite = new DatabaseSync(":memory:");
  for (const { statements } of await readMigrations(folder)) for (const one of statements) sqlite.exec(one);
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

test("a statement ends where its line ends with ;", () => {
  expect(
    statementsOf(
      "-- migrate:up\n-- a; comment;\nCREATE TABLE a (b);\n\nDROP TABLE\n  a;\n-- migrate:down\nx;",
    ),
  ).toEqual(["CREATE TABLE a (b)", "DROP TABLE\n  a"]);
});
