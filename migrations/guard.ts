/**
 * What the schema's catalogue does not say of itself, beside it. `rung db validate` and `anonymize` read it, and
 * refuse a table or column that is not named here.
 */

/** Tables whose rows are one user's: how one is made for the user `$1`, an `id`. The order is that of references. */
export const owned: Readonly<Record<string, string>> = {
  "public.users": "INSERT INTO public.users (id) VALUES ($1)",
  "public.events":
    "INSERT INTO public.events (id, user_id, name, occurred_at) VALUES (gen_random_uuid(), $1, 'probe', now())",
  "public.files":
    "INSERT INTO public.files (id, user_id, name, content_type, bytes, sha256) VALUES (gen_random_uuid(), $1, 'probe', 'text/plain', 1, repeat('0', 64))",
};

/** The column that says whose row it is, where it is not `user_id`. */
export const ownerColumn: Readonly<Record<string, string>> = { "public.users": "id" };

/** Tables whose rows are added once and keep their key: the column that says when. */
export const addedAt: Readonly<Record<string, string>> = {
  "public.users": "created_at",
  "public.events": "received_at",
  "public.files": "created_at",
};

/** Tables that every user may read: nobody's rows in particular. */
export const shared: readonly string[] = ["public.daily_rollups", "ops.backups"];

/**
 * What becomes of each column's values when a copy leaves production. `keep` says nothing of a person. `key`: the same
 * value becomes the same other one everywhere, so that rows still belong together. `text`: other letters, as long.
 * `json`: keys stay, values go. `digest`: other hexadecimal digits. `time`: moved by up to three days, each user's the
 * same way.
 */
export const masks: Readonly<Record<string, Mask>> = {
  "public.users.id": "key",
  "public.users.created_at": "time",
  "public.events.id": "key",
  "public.events.user_id": "key",
  "public.events.name": "keep",
  "public.events.properties": "json",
  "public.events.occurred_at": "time",
  "public.events.received_at": "time",
  "public.files.id": "key",
  "public.files.user_id": "key",
  "public.files.name": "text",
  "public.files.content_type": "keep",
  "public.files.bytes": "keep",
  "public.files.sha256": "digest",
  "public.files.created_at": "time",
  "public.daily_rollups.day": "keep",
  "public.daily_rollups.name": "keep",
  "public.daily_rollups.events": "keep",
  "public.daily_rollups.unique_users": "keep",
  "ops.backups.id": "keep",
  "ops.backups.kind": "keep",
  "ops.backups.label": "keep",
  "ops.backups.started_at": "keep",
  "ops.backups.finished_at": "keep",
  "ops.backups.bytes": "keep",
  "ops.backups.ok": "keep",
};

export type Mask = "keep" | "key" | "text" | "json" | "digest" | "time";
