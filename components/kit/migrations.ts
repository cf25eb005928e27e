import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One file of `migrations/`, the way up. */
export interface Migration {
  /** What its file's name begins with, e.g. `20260101000000`. */
  readonly version: string;
  readonly sql: string;
}

/**
 * A folder's migrations, the oldest first.
 * @param dialect the folder under `migrations/`: `schema` is PostgreSQL's, `schema-d1` SQLite's
 * @throws Error for one that is not written as dbmate's are
 */
export async function migrationsOf(dialect: "schema" | "schema-d1"): Promise<Migration[]> {
  const folder = join(import.meta.dirname, "..", "..", "migrations", dialect);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  return Promise.all(
    names.map(async (name) => migrationIn(name, await readFile(join(folder, name), "utf8"))),
  );
}

function migrationIn(name: string, text: string): Migration {
  const [, version] = /^(\d+)_/.exec(name) ?? [];
  const [, options, sql] = /^-- migrate:up(.*)\n([\s\S]*?)(?=^-- migrate:down|(?![\s\S]))/m.exec(text) ?? [];
  if (!version || sql === undefined)
    throw new Error(`${name} is no migration: <version>_<name>.sql, "-- migrate:up"`);
  if (options?.includes("transaction:false")) {
    throw new Error(`${name} asks to run outside a transaction, which this stage cannot`);
  }
  return { version, sql: sql.trim() };
}
