import { join } from "node:path";
import { halves, type MigrationFile, readMigrations } from "../../migrations/runner.ts";

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
  return (await readMigrations(folder)).map((file) => ({ version: file.version, sql: upOf(file) }));
}

/** What a file's half that goes up says, without dbmate's mark. @throws Error where it cannot run in a transaction */
export function upOf({ name, text }: MigrationFile): string {
  const [options = "", ...lines] = halves(text)
    .up.replace(/^[\s\S]*?^-- migrate:up/m, "")
    .split("\n");
  if (options.includes("transaction:false"))
    throw new Error(`${name} asks to run outside a transaction, which this stage cannot`);
  return lines.join("\n").trim();
}

/** What takes it back; empty when nothing does. */
export const downOf = ({ text }: MigrationFile): string =>
  halves(text)
    .down.replace(/^-- migrate:down.*$/m, "")
    .trim();
