import { createHash } from "node:crypto";
import { madeOnce } from "../../kit/owned.ts";
import { type Api, queried, Refused } from "./api.ts";

/** A database, as Cloudflare's API names it. */
export interface Where {
  readonly accountId: string;
  readonly databaseId: string;
}

/** What goes up, and under which version. */
interface Migration {
  readonly version: string;
  readonly sql: string;
}

/** A migration that has run. */
export interface Ran {
  readonly version: string;
  /** SHA-256 of the SQL that ran, lower-case hex; null: it ran before such notes were kept. */
  readonly sha256: string | null;
  /** ISO 8601; null: before such notes were kept. */
  readonly appliedAt: string | null;
}

/** Of the SQL that goes up: what takes it back may be written better later. */
export const sumOf = (sql: string): string => createHash("sha256").update(sql).digest("hex");

/** Whether what ran is no longer what the file says. */
export const hasChanged = (ran: Ran | undefined, sql: string): boolean =>
  ran !== undefined && ran.sha256 !== null && ran.sha256 !== sumOf(sql);

/** What has run, the oldest first. Reads only. */
export async function ranIn(api: Api, at: Where): Promise<Ran[]> {
  const versions = await rowsIf(api, at, "SELECT version FROM schema_migrations ORDER BY version");
  const noted = await rowsIf(api, at, "SELECT version, sha256, applied_at FROM rung_migrations");
  return versions.map(({ version }) => {
    const note = noted.find((one) => one.version === version);
    return {
      version: String(version),
      sha256: note === undefined ? null : String(note.sha256),
      appliedAt: note === undefined ? null : new Date(Number(note.applied_at)).toISOString(),
    };
  });
}

/**
 * Runs what has not run yet, in order, each with its note in one transaction.
 * @param migrations in any order; one that has run is not run again, one that is taken out is not undone
 * @throws Error before anything runs when what ran is no longer what is given; Refused with what SQLite said: what ran
 * before it stays
 */
export async function applyIn(api: Api, at: Where, migrations: readonly Migration[]): Promise<void> {
  // Harmless to repeat.
  await run(api, at, tables, true);
  const before = new Map((await ranIn(api, at)).map((one) => [one.version, one]));
  const changed = migrations.filter(({ version, sql }) => hasChanged(before.get(version), sql));
  if (changed.length > 0) {
    throw new Error(
      `changed after being applied: ${changed.map(({ version }) => version).join(", ")}; put it back as it was, and write a new migration`,
    );
  }
  for (const { version, sql } of migrations.toSorted((a, b) => a.version.localeCompare(b.version))) {
    if (before.has(version)) continue;
    await madeOnce(
      async () => ((await ranIn(api, at)).some((one) => one.version === version) ? version : undefined),
      async () => {
        // Statements that are sent together are one transaction to D1: of two runs at once, one finds its version taken.
        const note = `INSERT OR REPLACE INTO rung_migrations VALUES ('${version}', '${sumOf(sql)}', ${nowMs})`;
        await run(
          api,
          at,
          `INSERT INTO schema_migrations (version) VALUES ('${version}');\n${note};\n${sql}`,
        );
        return version;
      },
    );
  }
}

/**
 * Takes the last migration back, in one transaction with its note.
 * @param down what undoes it
 * @throws Refused with what SQLite said, or because it is not the last one: then nothing is undone
 */
export async function takeBackIn(api: Api, at: Where, version: string, down: string): Promise<void> {
  await run(api, at, tables, true);
  await madeOnce(
    async () => ((await ranIn(api, at)).some((one) => one.version === version) ? undefined : version),
    async () => {
      // SQLite raises nothing outside a trigger: a key that is NULL is what stops the transaction.
      const last = `INSERT INTO schema_migrations (version) SELECT NULL WHERE (SELECT max(version) FROM schema_migrations) IS NOT '${version}'`;
      const forget = ["rung_migrations", "schema_migrations"].map(
        (table) => `DELETE FROM ${table} WHERE version = '${version}'`,
      );
      await run(api, at, [last, down, ...forget].join(";\n"));
      return version;
    },
  );
}

const nowMs = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
const tables = `CREATE TABLE IF NOT EXISTS schema_migrations (version TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS rung_migrations (version TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT`;

async function rowsIf(api: Api, at: Where, sql: string): Promise<readonly Record<string, unknown>[]> {
  try {
    const [found] = await run(api, at, sql, true);
    return found?.results ?? [];
  } catch (error) {
    // Before the first migration there is no such table.
    if (error instanceof Refused && /no such table/.test(error.message)) return [];
    throw error;
  }
}

async function run(api: Api, { accountId, databaseId }: Where, sql: string, again = false) {
  const operation = "POST /accounts/{account_id}/d1/database/{database_id}/query";
  const path = { account_id: accountId, database_id: databaseId };
  return (await api.call(operation, { path, body: { sql } }, queried, again)).result;
}
