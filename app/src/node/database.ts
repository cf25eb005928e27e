import type { Database, Insights, StoredFile } from "../services.ts";
import type { Sql } from "./sql.ts";
import type { Tables } from "./tables.ts";

/** The database's side of the app, on the tables of `migrations/schema/`. */
export function database(sql: Sql): Database {
  return {
    ping: () => sql.ping(),

    addUser: (userId) =>
      sql.transaction(userId, async (query) => {
        await query("INSERT INTO users (id) VALUES ($1) ON CONFLICT DO NOTHING", [userId]);
      }),

    // In the order of their ids: two batches that hold the same never wait for each other in a circle.
    ingest: (userId, events) =>
      sql.transaction(userId, async (query) => {
        const rows = await query<Pick<Tables["events"], "id">>(
          `INSERT INTO events (user_id, id, name, properties, occurred_at)
           SELECT $1, e.id, e.name, e.properties, e."occurredAt"
           FROM jsonb_to_recordset($2) AS e (id uuid, name text, properties jsonb, "occurredAt" timestamptz)
           ORDER BY e.id
           ON CONFLICT DO NOTHING RETURNING id`,
          [userId, JSON.stringify(events)],
        );
        return rows.map(({ id }) => id);
      }),

    insights: (days, userId) =>
      sql.transaction(userId, async (query) => {
        const which = userId === undefined ? "insights_of_all" : "insights";
        return only(await query<{ found: Insights }>(`SELECT ${which}($1) AS found`, [days])).found;
      }),

    addFile: (userId, file) =>
      sql.transaction(userId, async (query) => {
        await query(
          `INSERT INTO files (id, user_id, name, content_type, bytes, sha256, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
          [file.id, userId, file.name, file.contentType, file.bytes, file.sha256, file.createdAt],
        );
      }),

    file: (userId, id) =>
      sql.transaction(userId, async (query) => {
        const [row] = await query<FileRow>(`${selectFiles} WHERE id = $1`, [id]);
        return row && toFile(row);
      }),

    files: (userId, limit) =>
      sql.transaction(userId, async (query) =>
        (await query<FileRow>(`${selectFiles} ORDER BY created_at DESC LIMIT $1`, [limit])).map(toFile),
      ),

    overview: () =>
      sql.transaction(undefined, async (query) => {
        const [backup] = await query<BackupRow>(
          `SELECT ${backupColumns.join(", ")} FROM ops.backups WHERE ok ORDER BY finished_at DESC LIMIT 1`,
        );
        const { today } = only(await query<{ today: string }>("SELECT events_today() AS today"));
        return { eventsToday: Number(today), lastBackup: backup && toBackup(backup) };
      }),

    cleanup: (retentionDays, batch, keepEvents) =>
      sql.transaction(undefined, async (query) => {
        const row = only(
          await query<{ events: string; users: string; busy: boolean }>(
            "SELECT * FROM cleanup_batch(make_interval(days => $1), $2, $3)",
            [retentionDays, batch, keepEvents],
          ),
        );
        return { events: Number(row.events), users: Number(row.users), busy: row.busy };
      }),

    rollUp: (days) =>
      sql.transaction(undefined, async (query) =>
        Number(only(await query<{ written: string }>("SELECT roll_up($1) AS written", [days])).written),
      ),
  };
}

const fileColumns = ["id", "name", "content_type", "bytes", "sha256", "created_at"] as const;
type FileRow = Pick<Tables["files"], (typeof fileColumns)[number]>;
const selectFiles = `SELECT ${fileColumns.join(", ")} FROM files`;

const toFile = (row: FileRow): StoredFile => ({
  id: row.id,
  name: row.name,
  contentType: row.content_type,
  bytes: Number(row.bytes),
  sha256: row.sha256,
  createdAt: row.created_at.toISOString(),
});

const backupColumns = ["kind", "label", "finished_at", "bytes"] as const;
type BackupRow = Pick<Tables["ops.backups"], (typeof backupColumns)[number]>;

const toBackup = (row: BackupRow) => ({
  kind: row.kind,
  label: row.label,
  finishedAt: row.finished_at.toISOString(),
  bytes: Number(row.bytes),
});

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error("the database gave no row");
  return row;
}
