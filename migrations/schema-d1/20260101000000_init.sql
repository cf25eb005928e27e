-- migrate:up

-- The tables of `migrations/schema/` in SQLite's dialect, for D1. Times are milliseconds since 1970, in UTC. There are
-- no roles and no row-level security here: `app/src/worker/database.ts` names the user in every statement instead.

CREATE TABLE users (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id          TEXT NOT NULL,
  user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name        TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64 AND name GLOB '[a-z]*' AND name NOT GLOB '*[^a-z0-9_.:-]*'),
  properties  TEXT NOT NULL DEFAULT '{}' CHECK (json_type(properties) = 'object'),
  occurred_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;
-- Every index is a row more that D1 writes, and bills, for each event.
CREATE INDEX events_by_time ON events (occurred_at, name, user_id);
CREATE INDEX events_by_user ON events (user_id, occurred_at, name);

CREATE TABLE files (
  id           TEXT PRIMARY KEY,
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name         TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  content_type TEXT NOT NULL,
  bytes        INTEGER NOT NULL CHECK (bytes > 0),
  sha256       TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  created_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX files_by_user ON files (user_id, created_at DESC);

-- One row a day and event name; the name '*' is all of them together.
CREATE TABLE daily_rollups (
  day          TEXT NOT NULL CHECK (day IS date(day)),
  name         TEXT NOT NULL,
  events       INTEGER NOT NULL,
  unique_users INTEGER NOT NULL,
  PRIMARY KEY (day, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE ops_backups (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  label       TEXT,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  bytes       INTEGER NOT NULL DEFAULT 0,
  ok          INTEGER NOT NULL CHECK (ok IN (0, 1))
) STRICT;
CREATE INDEX backups_by_time ON ops_backups (finished_at DESC);

-- migrate:down

DROP TABLE ops_backups;
DROP TABLE daily_rollups;
DROP TABLE files;
DROP TABLE events;
DROP TABLE users;
