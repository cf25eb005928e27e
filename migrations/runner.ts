import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A migration's file, as it lies in the folder. */
export interface MigrationFile {
  /** Fourteen digits: the order in which they are applied. */
  readonly version: string;
  /** The file's name. */
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
}

/** One migration, as folder and database know it. */
export interface MigrationState {
  readonly version: string;
  /** The file's name; when the file is gone, the one that was noted. */
  readonly name: string;
  /** ISO 8601; null: applied before notes were kept. */
  readonly appliedAt: string | null;
  /** `changed`: applied, and the file is another by now; `lost`: applied, and there is no such file. */
  readonly state: "pending" | "applied" | "changed" | "lost";
}

/** What of a database's driver is used: `pg`, or PGlite. */
export type Query = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

/** Someone has changed what was applied: nothing is done until that is settled. */
export class MigrationsDiffer extends Error {
  readonly states: readonly MigrationState[];
  constructor(states: readonly MigrationState[]) {
    super(`changed after being applied: ${states.map(({ name }) => name).join(", ")}`);
    this.name = "MigrationsDiffer";
    this.states = states;
  }
}

/** The folder's migrations in order. @throws Error for a file whose name or marks dbmate would not take */
export async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const [version] = /^\d{14}(?=_[a-z0-9_]+\.sql$)/.exec(name) ?? [];
      if (version === undefined) throw new Error(`${name}: not <14 digits>_<name>.sql`);
      const text = await readFile(join(folder, name), "utf8");
      if (!/^-- migrate:up/m.test(text)) throw new Error(`${name}: has no "-- migrate:up"`);
      return { version, name, text, sha256: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

/** The two halves of a migration: what is done, and what takes it back. */
export function halves(text: string): { readonly up: string; readonly down: string } {
  const at = text.search(/^-- migrate:down/m);
  return at < 0 ? { up: text, down: "" } : { up: text.slice(0, at), down: text.slice(at) };
}

/** What is applied and what is not. Reads only. */
export async function migrationStates(
  query: Query,
  files: readonly MigrationFile[],
): Promise<MigrationState[]> {
  const applied = new Set((await rowsIf(query, "public.schema_migrations", "version")).map(versionOf));
  const noted = new Map(
    (await rowsIf(query, "rung.migrations", "version, name, sha256, applied_at")).map((r) => [
      versionOf(r),
      r,
    ]),
  );
  const known = files.map((file): MigrationState => {
    const { version, name } = file;
    if (!applied.has(version)) return { version, name, appliedAt: null, state: "pending" };
    const note = noted.get(version);
    const same = note === undefined || note.sha256 === file.sha256;
    return { version, name, appliedAt: when(note), state: same ? "applied" : "changed" };
  });
  const lost = [...applied]
    .filter((version) => !files.some((file) => file.version === version))
    .map((version): MigrationState => {
      const note = noted.get(version);
      return { version, name: String(note?.name ?? version), appliedAt: when(note), state: "lost" };
    });
  return [...known, ...lost].toSorted((a, b) => a.version.localeCompare(b.version));
}

const versionOf = (row: Record<string, unknown>): string => String(row.version);

const when = (note: Record<string, unknown> | undefined): string | null =>
  note?.applied_at == null ? null : new Date(String(note.applied_at)).toISOString();

async function rowsIf(query: Query, table: string, columns: string) {
  const { rows } = await query("SELECT to_regclass($1) IS NOT NULL AS there", [table]);
  return rows[0]?.there === true ? (await query(`SELECT ${columns} FROM ${table}`)).rows : [];
}

/**
 * Applies what is pending, or takes the last one back, each in a transaction of its own (dbmate's). One at a time:
 * others wait for the lock, which is the session's and ends with it. What is applied is noted with its checksum;
 * nothing runs while an applied file has changed.
 * @param query a session of the owner's, kept open until this returns
 * @param url the same database, for dbmate
 * @returns what changed its state
 * @throws MigrationsDiffer; Error with what dbmate said
 */
export async function runMigrations(
  query: Query,
  url: string,
  what: "migrate" | "rollback",
  { folder, dbmate, say }: { folder: string; dbmate: string; say: (line: string) => void },
): Promise<MigrationState[]> {
  const files = await readMigrations(folder);
  await query("SELECT pg_advisory_lock(hashtext('rung.migrate'))");
  try {
    const before = await migrationStates(query, files);
    const changed = before.filter(({ state }) => state === "changed");
    if (changed.length > 0) throw new MigrationsDiffer(changed);
    // An earlier image put back finds a schema that is ahead of it, and serves on it.
    for (const { name, state } of before)
      if (state === "lost") say(`${name} is applied, and newer than this code`);
    await note(query, files, before);
    await runDbmate(url, what, folder, dbmate, say);
    await query(
      "UPDATE rung.migrations SET applied_at = now() WHERE applied_at IS NULL AND version IN (SELECT version FROM public.schema_migrations)",
    );
    const after = await migrationStates(query, files);
    const was = new Map(before.map(({ version, state }) => [version, state]));
    return after.filter(({ version, state }) => was.get(version) !== state);
  } finally {
    await query("SELECT pg_advisory_unlock(hashtext('rung.migrate'))").catch(() => {});
  }
}

/** Before they run, so that a kill in between leaves none without its checksum. */
async function note(query: Query, files: readonly MigrationFile[], states: readonly MigrationState[]) {
  await query("CREATE SCHEMA IF NOT EXISTS rung");
  await query(
    "CREATE TABLE IF NOT EXISTS rung.migrations (version text PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz)",
  );
  for (const { version, name, sha256 } of files) {
    const pending = states.some((one) => one.version === version && one.state === "pending");
    await query(
      `INSERT INTO rung.migrations AS m (version, name, sha256) VALUES ($1, $2, $3) ON CONFLICT (version) DO
       ${pending ? "UPDATE SET name = excluded.name, sha256 = excluded.sha256, applied_at = NULL" : "NOTHING"}`,
      [version, name, sha256],
    );
  }
}

function runDbmate(url: string, what: string, folder: string, dbmate: string, say: (line: string) => void) {
  const args = ["--migrations-dir", folder, "--no-dump-schema", what];
  // By environment: process lists are read by others.
  const child = spawn(dbmate, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DATABASE_URL: url },
  });
  let told = "";
  const take = (part: Buffer) => {
    told += part.toString();
    for (const line of part.toString().split("\n")) if (line.trim()) say(line);
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  return new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(told.trim().split("\n").slice(-4).join("\n") || `dbmate ended with ${code}`));
    });
  });
}
