import type { D1Database, D1DatabaseSession, D1PreparedStatement } from "@cloudflare/workers-types";
import { Unavailable } from "../refusal.ts";
import type { Database, Insights, StoredFile } from "../services.ts";
import type { Tables } from "./tables.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** Whoever can call the scheduler's paths must not be able to empty the tables. */
const leastRetentionDays = 7;

/**
 * The database's side of the app on D1, on the tables of `migrations/schema-d1/`. D1 has no roles and no row-level
 * security: every statement that touches a user's rows names the user.
 */
export function database(d1: D1Database, now: () => Date): Database {
  /** Where a user's own writes are seen at once; D1 may have copies elsewhere that are behind. */
  const primary = d1.withSession("first-primary");
  /** What everyone is told may be some moments old: the nearest copy will do. */
  const nearest = d1.withSession("first-unconstrained");
  const time = () => now().getTime();
  const today = () => Math.floor(time() / dayMs) * dayMs;

  return {
    ping: async () => {
      await d1.prepare("SELECT 1").first();
    },

    addUser: async (userId) => {
      await answered(
        primary
          .prepare("INSERT INTO users (id, created_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
          .bind(userId, time())
          .run(),
      );
    },

    ingest: async (userId, events) => {
      const rows = events.map((event) => ({ ...event, at: Date.parse(event.occurredAt) }));
      // `WHERE true`: without it SQLite takes ON for a join's.
      const { results } = await answered(
        primary
          .prepare(
            `INSERT INTO events (user_id, id, name, properties, occurred_at, received_at)
             SELECT ?1, value ->> 'id', value ->> 'name', value -> 'properties', value ->> 'at', ?3
             FROM json_each(?2) WHERE true
             ON CONFLICT DO NOTHING RETURNING id`,
          )
          .bind(userId, JSON.stringify(rows), time())
          .run<Pick<Tables["events"], "id">>(),
      );
      return results.map(({ id }) => id);
    },

    insights: async (days, userId) => {
      const { found } = await row<{ found: string }>(
        insightsOf(userId ? primary : nearest, days, today(), userId),
      );
      // the statement makes it so
      return JSON.parse(found) as Insights;
    },

    addFile: async (userId, { id, name, contentType, bytes, sha256, createdAt }) => {
      await answered(
        primary
          .prepare(
            `INSERT INTO files (id, user_id, name, content_type, bytes, sha256, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING`,
          )
          .bind(id, userId, name, contentType, bytes, sha256, Date.parse(createdAt))
          .run(),
      );
    },

    file: async (userId, id) => {
      const found = await answered(
        primary.prepare(`${selectFiles} AND id = ?2`).bind(userId, id).first<FileRow>(),
      );
      return found ? toFile(found) : undefined;
    },

    files: async (userId, limit) => {
      const { results } = await answered(
        primary
          .prepare(`${selectFiles} ORDER BY created_at DESC LIMIT ?2`)
          .bind(userId, limit)
          .run<FileRow>(),
      );
      return results.map(toFile);
    },

    overview: async () => {
      const [backups, counted] = await answered(
        nearest.batch<Record<string, unknown>>([
          nearest.prepare(
            `SELECT ${backupColumns.join(", ")} FROM ops_backups WHERE ok ORDER BY finished_at DESC LIMIT 1`,
          ),
          nearest.prepare("SELECT count(*) AS today FROM events WHERE occurred_at >= ?1").bind(today()),
        ]),
      );
      // the columns of the first statement
      const backup = backups?.results[0] as BackupRow | undefined;
      return { eventsToday: Number(counted?.results[0]?.today ?? 0), lastBackup: backup && toBackup(backup) };
    },

    // Never busy: D1 does one statement after another, and two of these take different rows.
    cleanup: async (retentionDays, batch) => {
      if (retentionDays < leastRetentionDays)
        throw new Error(`retention is at least ${leastRetentionDays} days`);
      const before = time() - retentionDays * dayMs;
      const [events, users] = await answered(
        primary.batch([
          primary
            .prepare(
              `DELETE FROM events WHERE (user_id, id) IN (
                 SELECT user_id, id FROM events WHERE occurred_at < ?1 LIMIT ?2) RETURNING 1`,
            )
            .bind(before, batch),
          primary
            .prepare(
              `DELETE FROM users WHERE id IN (
                 SELECT id FROM users AS u WHERE created_at < ?1
                   AND NOT EXISTS (SELECT 1 FROM events WHERE user_id = u.id)
                   AND NOT EXISTS (SELECT 1 FROM files WHERE user_id = u.id)
                 LIMIT ?2) RETURNING 1`,
            )
            .bind(before, batch),
        ]),
      );
      return { events: events?.results.length ?? 0, users: users?.results.length ?? 0, busy: false };
    },

    // Counts the last days anew, today included: events may come late.
    rollUp: async (days) => {
      const { results } = await answered(
        primary
          .prepare(
            `WITH seen AS (
               SELECT date(occurred_at / 1000, 'unixepoch') AS day, name, user_id FROM events WHERE occurred_at >= ?1
             )
             INSERT INTO daily_rollups (day, name, events, unique_users)
             SELECT day, name, count(*), count(DISTINCT user_id) FROM seen GROUP BY day, name
             UNION ALL
             SELECT day, '*', count(*), count(DISTINCT user_id) FROM seen GROUP BY day
             ON CONFLICT (day, name) DO UPDATE SET events = excluded.events, unique_users = excluded.unique_users
             WHERE (events, unique_users) IS NOT (excluded.events, excluded.unique_users)
             RETURNING 1`,
          )
          .bind(today() - (days - 1) * dayMs)
          .run(),
      );
      return results.length;
    },
  };
}

/** One user's, or everyone's as sums, in one statement. Days are UTC's. */
function insightsOf(
  d1: D1DatabaseSession,
  days: number,
  today: number,
  userId?: string,
): D1PreparedStatement {
  const whose = userId === undefined ? "" : "AND user_id = ?3";
  const statement = d1.prepare(
    `WITH RECURSIVE calendar (at) AS (
       VALUES (?1) UNION ALL SELECT at + ${dayMs} FROM calendar WHERE at < ?2 - ${dayMs}
     ), seen AS MATERIALIZED (
       SELECT name, user_id, occurred_at / ${dayMs} AS day FROM events
       WHERE occurred_at >= ?1 AND occurred_at < ?2 ${whose}
     ), top AS (
       SELECT name, count(*) AS events, count(DISTINCT user_id) AS users
       FROM seen GROUP BY name ORDER BY events DESC, name LIMIT 8
     ), daily AS (
       SELECT day, count(*) AS events, count(DISTINCT user_id) AS users FROM seen GROUP BY day
     )
     SELECT json_object(
       'events', (SELECT count(*) FROM seen),
       'uniqueUsers', (SELECT count(DISTINCT user_id) FROM seen),
       'top', json((SELECT json_group_array(json_object('name', name, 'events', events, 'users', users)) FROM top)),
       'daily', json((SELECT json_group_array(json_object(
           'day', date(at / 1000, 'unixepoch'), 'events', coalesce(events, 0), 'users', coalesce(users, 0)))
         FROM calendar LEFT JOIN daily ON daily.day = calendar.at / ${dayMs}))
     ) AS found`,
  );
  const span = [today - (days - 1) * dayMs, today + dayMs];
  return statement.bind(...span, ...(userId === undefined ? [] : [userId]));
}

const fileColumns = ["id", "name", "content_type", "bytes", "sha256", "created_at"] as const;
type FileRow = Pick<Tables["files"], (typeof fileColumns)[number]>;
const selectFiles = `SELECT ${fileColumns.join(", ")} FROM files WHERE user_id = ?1`;

const toFile = (found: FileRow): StoredFile => ({
  id: found.id,
  name: found.name,
  contentType: found.content_type,
  bytes: found.bytes,
  sha256: found.sha256,
  createdAt: new Date(found.created_at).toISOString(),
});

const backupColumns = ["kind", "label", "finished_at", "bytes"] as const;
type BackupRow = Pick<Tables["ops_backups"], (typeof backupColumns)[number]>;

const toBackup = ({ kind, label, finished_at, bytes }: BackupRow) => ({
  kind,
  label,
  finishedAt: new Date(finished_at).toISOString(),
  bytes,
});

async function row<Row>(statement: D1PreparedStatement): Promise<Row> {
  const found = await answered(statement.first<Row>());
  if (found === null) throw new Error("the database gave no row");
  return found;
}

/** What D1 says of itself, not of the statement: asking again may help (its documentation, "Debug D1"). */
const away = /D1 DB (is overloaded|storage operation exceeded|reset)|Network connection lost|Internal error/i;

async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && away.test(error.message)) throw new Unavailable("database", error);
    throw error;
  }
}
