import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DatabaseSync } from "node:sqlite";
import { root } from "../../engine/paths.ts";
import { halves, readMigrations } from "../../migrations/runner.ts";
import { d1Folder } from "../database/d1.ts";
import type { Check } from "../drill/evidence.ts";
import { type Report, step } from "../progress.ts";
import type { Witness } from "../stage.ts";
import type { Bench, Dump } from "./dumps.ts";

/** How exports of a vendor's SQLite are restored: files of SQL. */
export interface SqliteDumps {
  /** Brings it into a file. @throws Error where it is not what was put there */
  fetch(dump: Dump, file: string): Promise<void>;
  /** What was noted with it, against what came back. */
  compare(dump: Dump, rows: Readonly<Record<string, number>>): Promise<readonly Check[]>;
}

/** A throw-away SQLite in a temporary folder, by Node's own engine. @param name tells one stack's from another's */
export function sqliteBench(name: string, by: SqliteDumps): Bench {
  const own = createHash("sha256").update(`${root} ${name}`).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), `rung-drill-${own}`);
  let open: DatabaseSync | undefined;
  return {
    async restore(dump: Dump, report: Report) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, "export.sql");
      await step(report, "fetch", () => by.fetch(dump, file));
      const { DatabaseSync: Sqlite } = await import("node:sqlite");
      const database = new Sqlite(join(folder, "restored.sqlite"));
      open = database;
      await step(report, "restore", () => read(database, file));
      const tables = await step(report, "read", async () => contents(database));
      const rows = Object.fromEntries(Object.entries(tables).map(([table, one]) => [table, one.rows]));
      const witness: Witness = { at: dump.taken, system: "SQLite", tables, roles: [], schema: null };
      return {
        witness,
        noted: undefined,
        checks: async () => [...(await by.compare(dump, rows)), sound(database), await expected(database)],
      };
    },
    async clear() {
      if (open?.isOpen) open.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** All of a file's statements, or none; a gigabyte of them is no more in memory than the longest. */
async function read(database: DatabaseSync, file: string): Promise<void> {
  // An export's order is not that of its references: they are looked at when all is there.
  database.exec("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN");
  let [statement, quotes] = ["", 0];
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    statement += `${line}\n`;
    quotes += line.split("'").length - 1;
    // Within a text a line may end in a semicolon, too.
    if (!line.endsWith(";") || quotes % 2 === 1) continue;
    execute(database, statement);
    [statement, quotes] = ["", 0];
  }
  execute(database, statement);
  database.exec("COMMIT");
}

/** @throws Error with what SQLite says, which names tables and columns and no values; of syntax it quotes the text */
function execute(database: DatabaseSync, statement: string): void {
  try {
    database.exec(statement);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`SQLite: ${said.replaceAll(/"[^"]*"|'[^']*'/g, '"…"')}`);
  }
}

const named = (database: DatabaseSync): string[] =>
  database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*' ORDER BY name",
    )
    .all()
    .map(({ name }) => String(name));

/** Rows of each table, and a digest of their values in the order of its key. */
function contents(database: DatabaseSync): Witness["tables"] {
  return Object.fromEntries(
    named(database).map((table) => {
      const digest = createHash("sha256");
      let rows = 0;
      const all = database.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`);
      all.setReadBigInts(true);
      for (const row of all.iterate()) {
        digest.update(
          `${JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value))}\n`,
        );
        rows += 1;
      }
      return [table, { rows, digest: digest.digest("hex") }];
    }),
  );
}

/** SQLite's own look at its file, and at each reference. */
function sound(database: DatabaseSync): Check {
  const said = database
    .prepare("PRAGMA integrity_check")
    .all()
    .map((row) => String(row.integrity_check));
  const loose = database.prepare("PRAGMA foreign_key_check").all().length;
  const ok = said.join() === "ok" && loose === 0;
  const found = ok
    ? "integrity_check and foreign_key_check find nothing"
    : `${said.join("; ")}; ${loose} rows refer to none`;
  return { name: "the database is sound", ok, found };
}

/** Notes of which migrations ran: not the migrations' own. */
const notes = ["schema_migrations", "rung_migrations"];

/** What the migrations make of an empty SQLite, against what came back. There are no roles, and no row-level security. */
async function expected(database: DatabaseSync): Promise<Check> {
  const { DatabaseSync: Sqlite } = await import("node:sqlite");
  const wanted = new Sqlite(":memory:");
  for (const { text } of await readMigrations(join(root, d1Folder))) wanted.exec(halves(text).up);
  const [must, is] = [objects(wanted), objects(database)];
  wanted.close();
  const differ = [...new Set([...must.keys(), ...is.keys()])].filter(
    (name) => must.get(name) !== is.get(name),
  );
  return {
    name: "the schema is as the code expects",
    ok: differ.length === 0,
    found:
      differ.length === 0
        ? "no difference; D1 has no roles and no row-level security"
        : `not so: ${differ.join(", ")}`,
  };
}

const objects = (database: DatabaseSync): Map<string, string> =>
  new Map(
    database
      .prepare(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'",
      )
      .all()
      .filter(({ name }) => !notes.includes(String(name)))
      .map(({ type, name, sql }) => [
        `${type} ${name}`,
        String(sql)
          .replaceAll(/--[^\n]*/g, "")
          .replaceAll(/\s+/g, " ")
          .trim(),
      ]),
  );
