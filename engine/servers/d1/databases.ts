import { DatabaseSync } from "node:sqlite";

export type Row = Readonly<Record<string, unknown>>;

/** Runs one or more statements as one transaction. @returns the rows of a single SELECT, else none @throws SQLite's error */
export type Query = (sql: string) => Row[] | Promise<Row[]>;

/** What D1 does not let a statement do: transactions are its own. */
const forbidden = /^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|ATTACH|DETACH|VACUUM)\b/im;

/** A database in this process: SQLite, with foreign keys on, as D1 has them. */
export function sqlite(): Query {
  const database = new DatabaseSync(":memory:");
  database.exec("PRAGMA foreign_keys = ON");
  return (sql) => {
    if (forbidden.test(sql)) throw new Error("not authorized: SQLITE_AUTH");
    if (/^\s*SELECT\b/i.test(sql) && !/;\s*\S/.test(sql)) return database.prepare(sql).all();
    database.exec("BEGIN");
    try {
      database.exec(sql);
      database.exec("COMMIT");
      return [];
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  };
}
