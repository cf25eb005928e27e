import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Diagnostic, DiagnosticsError } from "../../components/model/diagnostics.ts";
import { root } from "../../engine/paths.ts";
import { halves } from "../../migrations/runner.ts";

/**
 * Checks D1's migrations by running them, in order, on SQLite: up, back, and up again.
 * @param files absolute paths in the order in which they are applied, from the first on
 */
export async function lintD1(files: readonly string[]): Promise<Diagnostic[]> {
  const database = new DatabaseSync(":memory:");
  const broken: Diagnostic[] = [];
  for (const path of files) {
    const text = await readFile(path, "utf8");
    const where = { file: relative(root, path) };
    const { up, down } = halves(text);
    const before = columnsIn(database);
    try {
      database.exec(up);
      const after = columnsIn(database);
      const gone = [...before].filter((column) => !after.has(column));
      if (gone.length > 0 && !/^-- rung:allow drops-data: *\S/m.test(text)) {
        const mend = 'drop it in a later release, and say so in the file: "-- rung:allow drops-data: <why>"';
        broken.push({ what: `drops-data: ${gone.join(", ")}`, where, mend });
      }
      database.exec(down);
      const back = [...columnsIn(database)].toSorted().join();
      if (back !== [...before].toSorted().join())
        broken.push({ what: "no-way-back: down does not undo up", where, mend: "write what undoes it" });
      database.exec(up);
    } catch (error) {
      const what = `is not what SQLite takes: ${error instanceof Error ? error.message : error}`;
      return [...broken, { what, where, mend: "correct the statement" }];
    }
    if (/^\s*(BEGIN|COMMIT|PRAGMA|VACUUM|ATTACH)\b/im.test(up))
      broken.push({ what: "D1 runs each file as one batch and refuses this", where, mend: "leave it out" });
  }
  return broken;
}

/** @throws DiagnosticsError with exit code 3, blocked, when a rule is broken */
export async function lintD1OrThrow(files: readonly string[]): Promise<void> {
  const broken = await lintD1(files);
  if (broken.length > 0) throw new DiagnosticsError(broken, 3);
}

function columnsIn(database: DatabaseSync): Set<string> {
  const rows = database
    .prepare(
      "SELECT m.name || '.' || c.name AS name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'",
    )
    .all();
  return new Set(rows.map(({ name }) => String(name)));
}
