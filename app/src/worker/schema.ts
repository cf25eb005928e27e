import type { D1Database } from "@cloudflare/workers-types";

/** One file of `migrations/schema-d1/`. */
export interface Migration {
  /** What its file's name begins with, e.g. `20260101000000`. */
  readonly version: string;
  /** The statements of its `migrate:up` half. */
  readonly statements: readonly string[];
}

/** Which databases this isolate has seen up to date. */
const upToDate = new WeakSet<D1Database>();

/**
 * Brings the schema up to date, once per isolate: a Worker has nothing that runs before it serves. Each migration is
 * one transaction that begins by taking its version, so of two isolates that try at once one fails and finds it done.
 * @throws the database's error when a migration fails; nothing of it is kept
 */
export async function migrate(d1: D1Database, migrations: readonly Migration[]): Promise<void> {
  if (upToDate.has(d1)) return;
  await d1.prepare("CREATE TABLE IF NOT EXISTS schema_migrations (version TEXT PRIMARY KEY) STRICT").run();
  const done = new Set(await applied(d1));
  for (const { version, statements } of migrations) {
    if (done.has(version)) continue;
    try {
      await d1.batch([
        d1.prepare("INSERT INTO schema_migrations (version) VALUES (?1)").bind(version),
        ...statements.map((statement) => d1.prepare(statement)),
      ]);
    } catch (error) {
      if (!(await applied(d1)).includes(version)) throw error;
    }
  }
  upToDate.add(d1);
}

async function applied(d1: D1Database): Promise<string[]> {
  const { results } = await d1.prepare("SELECT version FROM schema_migrations").run<{ version: string }>();
  return results.map(({ version }) => version);
}
