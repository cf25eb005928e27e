import type { D1Database } from "@cloudflare/workers-types";
import { withoutSecrets } from "../../withoutSecrets.ts";

/**
 * What an export must hold, as it lies beside it: `rung drill` compares. D1 lets nobody count at an export's own moment:
 * where nobody wrote meanwhile, both counts are the same, and the export's must be, too; else it lies between them.
 */
export interface ExportWitness {
  readonly bytes: number;
  /** Of the export, hexadecimal. */
  readonly sha256: string;
  /** Rows by table, just before the export and just after it; null where D1 did not count them in time. */
  readonly before: Counts | null;
  readonly after: Counts | null;
}
export type Counts = Readonly<Record<string, number>>;

/** The same, or null: an export is not lost because nobody could count. */
export const countedIfSo = (database: D1Database): Promise<Counts | null> =>
  countedIn(database).catch((error: unknown) => {
    console.error(JSON.stringify({ level: "error", msg: "not counted", err: withoutSecrets(String(error)) }));
    return null;
  });

/** Rows by table, in one transaction. SQLite's own tables and Cloudflare's are left out. */
async function countedIn(database: D1Database): Promise<Counts> {
  const { results } = await database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'",
    )
    .all<{ name: string }>();
  if (results.length === 0) return {};
  const counts = results.map(({ name }) =>
    database.prepare(`SELECT count(*) AS rows FROM "${name.replaceAll('"', '""')}"`),
  );
  const counted = await database.batch<{ rows: number }>(counts);
  return Object.fromEntries(results.map(({ name }, at) => [name, counted[at]?.results[0]?.rows ?? 0]));
}
