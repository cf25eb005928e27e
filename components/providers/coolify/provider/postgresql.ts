import { z } from "zod";
import { type Api, anything, created } from "./api.ts";
import { databaseOf, databaseShape, shownDatabase } from "./database.ts";

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "a PostgreSQL identifier");

export const postgresqlInputs = z.strictObject({
  ...databaseShape,
  /** The superuser. A change replaces the database, with its data: it only has a say on an empty volume. */
  user: identifier.default("postgres"),
  /** Of the superuser. Always secret. A change replaces the database, as for `user`. */
  password: z
    .string()
    .regex(/^[A-Za-z0-9!@#%^*()_+\-=[\]{}:,.?/~]+$/, "without quotes, spaces, $, &, ;, |, <, >"),
  /** A change replaces the database, as for `user`. */
  database: identifier,
  /** postgresql.conf. A change restarts it. */
  config: z.string().optional(),
  /** SQL for an empty volume: roles, extensions. Always secret. A change has no effect on a living database. */
  initSql: z.string().optional(),
});
export type PostgresqlInputs = z.output<typeof postgresqlInputs>;

const shown = shownDatabase.extend({
  postgres_user: z.string(),
  postgres_db: z.string(),
  postgres_password: z.string().nullish(),
  postgres_conf: z.string().nullish(),
});
const storages = z.looseObject({
  file_storages: z.array(
    z.looseObject({ uuid: z.string(), mount_path: z.string(), content: z.string().nullish() }),
  ),
});
/** The image runs what lies here once, in order of names. */
const initPath = "/docker-entrypoint-initdb.d/10-rung.sql";

/** PostgreSQL in a container of Coolify's. */
export const postgresql = databaseOf({
  token: "coolify:index:Postgresql",
  operation: "POST /databases/postgresql",
  inputs: postgresqlInputs,
  shown,
  secrets: ["password", "initSql"],
  replacedBy: ["user", "password", "database"],

  making: ({ user, password, database, config }) => ({
    postgres_user: user,
    postgres_password: password,
    postgres_db: database,
    ...(config !== undefined && { postgres_conf: base64(config) }),
  }),
  changing: ({ config }) => (config === undefined ? {} : { postgres_conf: base64(config) }),
  reading: (found, before) => ({
    user: found.postgres_user,
    database: found.postgres_db,
    password: found.postgres_password ?? before?.password ?? "",
    ...optional("config", found.postgres_conf || undefined),
    ...optional("initSql", before?.initSql),
  }),

  async prepare(api, uuid, { initSql }) {
    if (initSql !== undefined) await putInitSql(api, uuid, initSql);
  },
});

async function putInitSql(api: Api, uuid: string, content: string): Promise<void> {
  const path = { uuid };
  const { file_storages } = await api.call("GET /databases/{uuid}/storages", { path }, storages);
  const there = file_storages.find(({ mount_path }) => mount_path === initPath);
  if (there?.content === content) return;
  if (there) {
    const body = { type: "file", uuid: there.uuid, content } as const;
    await api.call("PATCH /databases/{uuid}/storages", { path, body }, anything);
  } else {
    const body = { type: "file", mount_path: initPath, content } as const;
    await api.call("POST /databases/{uuid}/storages", { path, body }, created);
  }
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
