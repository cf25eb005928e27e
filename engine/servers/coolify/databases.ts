import { type Handler, Refusal } from "../vendor.ts";
import type { Behaviour } from "./handlers.ts";
import { checkNames, deleting, invalid, looked, made, must, ok, placeOf, said, without } from "./rules.ts";
import type { State, Thing } from "./state.ts";

/** How Coolify writes the fields that a body may not set. */
const placing = [
  "project_uuid",
  "server_uuid",
  "environment_name",
  "environment_uuid",
  "destination_uuid",
  "instant_deploy",
];
const secrets = ["postgres_password", "redis_password", "dragonfly_password"];

/** What an image is unless it is named. */
const images = {
  postgresql: "postgres:17-alpine",
  redis: "redis:7.2",
  dragonfly: "docker.dragonflydb.io/dragonflydb/dragonfly",
} as const;

/** Databases, their files and their backups. */
export function databaseHandlers(state: State, behaviour: Behaviour): Record<string, Handler> {
  const shown = (thing: Thing) => {
    const all = without({ ...thing.fields, uuid: thing.uuid }, "id");
    return behaviour.readsSecrets ? all : without(all, ...secrets);
  };
  const create =
    (type: keyof typeof images): Handler =>
    ({ body }) => {
      checkNames(body);
      const place = placeOf(state, body);
      const fields = decoded(without(body, ...placing));
      checkFields(fields);
      portFree(state, place.server, fields);
      const database = state.add(
        "database",
        {
          name: `${type}-database`,
          image: images[type],
          limits_memory: "0",
          limits_cpus: "0",
          is_public: false,
          ...(type === "postgresql" && { postgres_user: "postgres", postgres_db: "postgres" }),
          ...fields,
          status: "exited",
          database_type: `standalone-${type}`,
        },
        place,
      );
      if (body.instant_deploy) start(database);
      return made(database);
    };
  const start = (database: Thing): void => {
    database.fields.status = "starting:unhealthy";
    database.pending = { to: "running", looks: behaviour.looks };
  };
  /** What was dumped counts as a success even where it could not be sent. */
  const execute = async (backup: Thing): Promise<void> => {
    const execution = state.add("execution", { status: "running" }, { backup: backup.uuid });
    const failed = await behaviour.dump?.(backup.in.database ?? "").catch((error: Error) => error);
    if (failed) execution.fields.message = failed.message;
    execution.pending = { to: failed ? "failed" : "success", looks: behaviour.looks };
  };

  return {
    "POST /databases/postgresql": create("postgresql"),
    "POST /databases/redis": create("redis"),
    "POST /databases/dragonfly": create("dragonfly"),
    "GET /databases": () => ok(state.all("database").map(shown)),
    "GET /databases/{uuid}": ({ path }) => {
      must(state, "database", path.uuid);
      const database = looked(state, "database", path.uuid ?? "");
      if (!database) throw new Refusal(404, "Database not found.");
      return ok(shown(database));
    },
    "PATCH /databases/{uuid}": ({ path, body }) => {
      checkNames(body);
      const database = must(state, "database", path.uuid);
      const fields = decoded(without(body, ...placing));
      const own = String(database.fields.database_type)
        .replace("standalone-", "")
        .replace("postgresql", "postgres");
      for (const key of Object.keys(fields)) {
        const engine = /^(postgres|redis|dragonfly|clickhouse|keydb|mariadb|mongo|mysql)_/.exec(key)?.[1];
        if (engine && engine !== own) throw invalid(key, "This field is not allowed.");
      }
      checkFields(fields);
      portFree(state, database.in.server ?? "", fields, database.uuid);
      Object.assign(database.fields, fields);
      return ok({ message: "Database updated." });
    },
    "DELETE /databases/{uuid}": ({ path }) => {
      deleting(must(state, "database", path.uuid), behaviour);
      return said("Database deletion request queued.");
    },
    "POST /databases/{uuid}/start": ({ path }) => {
      const database = must(state, "database", path.uuid);
      if (String(database.fields.status).includes("running")) {
        throw new Refusal(400, "Database is already running.");
      }
      start(database);
      return said("Database starting request queued.");
    },
    "POST /databases/{uuid}/restart": ({ path }) => {
      start(must(state, "database", path.uuid));
      return said("Database restarting request queued.");
    },

    "GET /databases/{uuid}/storages": ({ path }) => {
      const database = must(state, "database", path.uuid);
      const files = state
        .all("file", { database: database.uuid })
        .map((one) => ({ ...one.fields, uuid: one.uuid }));
      const visible = behaviour.readsSecrets ? files : files.map((file) => without(file, "content"));
      return ok({ persistent_storages: [], file_storages: visible });
    },
    "POST /databases/{uuid}/storages": ({ path, body }) => {
      const database = must(state, "database", path.uuid);
      if (body.type !== "file") throw invalid("type", "The stand-in has file storages only.");
      const foreign = ["name", "host_path"].find((key) => key in body);
      if (foreign) throw invalid(foreign, `Field '${foreign}' is not valid for type 'file'.`);
      const file = state.add("file", without(body, "type"), { database: database.uuid });
      return { status: 201, body: { uuid: file.uuid, mount_path: body.mount_path } };
    },
    "PATCH /databases/{uuid}/storages": ({ path, body }) => {
      const database = must(state, "database", path.uuid);
      const file = state.all("file", { database: database.uuid }).find(({ uuid }) => uuid === body.uuid);
      if (!file) throw new Refusal(404, "Storage not found.");
      Object.assign(file.fields, without(body, "type", "uuid"));
      return ok({ uuid: file.uuid });
    },
    "DELETE /databases/{uuid}/storages/{storage_uuid}": ({ path }) => {
      state.remove("file", must(state, "file", path.storage_uuid).uuid);
      return said("Storage deleted.");
    },

    "GET /databases/{uuid}/backups": ({ path }) => {
      const database = must(state, "database", path.uuid);
      const all = state.all("backup", { database: database.uuid });
      return ok(
        all.map((one) => ({ ...without(one.fields, "s3_storage_uuid"), uuid: one.uuid, executions: [] })),
      );
    },
    "POST /databases/{uuid}/backups": ({ path, body }) => {
      const database = must(state, "database", path.uuid);
      checkBackup(state, body);
      const fields = { enabled: true, save_s3: false, timeout: 3600, ...body };
      return made(state.add("backup", fields, { database: database.uuid }));
    },
    "PATCH /databases/{uuid}/backups/{scheduled_backup_uuid}": async ({ path, body }) => {
      const backup = must(state, "backup", path.scheduled_backup_uuid);
      checkBackup(state, { frequency: backup.fields.frequency, ...body });
      Object.assign(backup.fields, without(body, "backup_now"));
      if (body.backup_now) await execute(backup);
      return ok({ message: "Database backup configuration updated." });
    },
    "GET /databases/{uuid}/backups/{scheduled_backup_uuid}/executions": ({ path }) => {
      const { uuid } = must(state, "backup", path.scheduled_backup_uuid);
      const all = state.all("execution", { backup: uuid });
      for (const one of all) looked(state, "execution", one.uuid);
      return ok({ executions: all.map((one) => ({ ...without(one.fields, "id"), uuid: one.uuid })) });
    },
    "DELETE /databases/{uuid}/backups/{scheduled_backup_uuid}": ({ path }) => {
      state.remove("backup", must(state, "backup", path.scheduled_backup_uuid).uuid);
      return said("Backup configuration and all executions deleted.");
    },
  };
}

/** Configuration files come in base64 and are kept, and shown, as text. */
function decoded(body: Record<string, unknown>): Record<string, unknown> {
  const texts = Object.entries(body).filter(([key]) => key.endsWith("_conf"));
  for (const [key, value] of texts) {
    const text = Buffer.from(String(value), "base64");
    if (text.toString("base64") !== value) throw invalid(key, `The ${key} should be base64 encoded.`);
    body[key] = text.toString("utf8");
  }
  return body;
}

/** Coolify's own rules (app/Support/ValidationPatterns.php, 4.3.11), and what Docker makes of limits. */
function checkFields(fields: Readonly<Record<string, unknown>>): void {
  const patterns: readonly (readonly [RegExp, RegExp, string])[] = [
    [/^postgres_(user|db)$/, /^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "It is not an identifier."],
    [/_password$/, /^[A-Za-z0-9!@#%^*()_+\-=[\]{}:,.?/~]+$/, "It holds a character that is not allowed."],
    [/^limits_memory(_swap|_reservation)?$/, /^\d+[bkmg]?$/, "It is not an amount of memory."],
    [/^limits_cpus$/, /^\d+(\.\d+)?$/, "It is not a number of CPUs."],
  ];
  for (const [key, value] of Object.entries(fields)) {
    const [, pattern, message] = patterns.find(([name]) => name.test(key)) ?? [];
    if (pattern && !pattern.test(String(value))) throw invalid(key, message ?? "It is wrong.");
  }
  const port = fields.public_port;
  if (typeof port === "number" && (port < 1024 || port > 65_535)) {
    throw invalid("public_port", "The public port should be between 1024 and 65535.");
  }
}

function portFree(
  state: State,
  server: string,
  { is_public, public_port }: Readonly<Record<string, unknown>>,
  own?: string,
): void {
  const taken = state
    .all("database", { server })
    .some(({ uuid, fields }) => uuid !== own && fields.is_public && fields.public_port === public_port);
  if (is_public && taken) throw new Refusal(400, "Public port already used by another database.");
}

const cron = /^(\S+\s+){4}\S+$/;
const spoken = ["every_minute", "hourly", "daily", "weekly", "monthly", "yearly"];

function checkBackup(state: State, body: Readonly<Record<string, unknown>>): void {
  const frequency = String(body.frequency);
  if (!cron.test(frequency) && !spoken.includes(frequency)) {
    throw invalid("frequency", "Invalid cron expression or frequency format.");
  }
  if (body.save_s3 && body.s3_storage_uuid === undefined) {
    throw invalid("s3_storage_uuid", "The s3_storage_uuid field is required when save_s3 is true.");
  }
  if (body.s3_storage_uuid !== undefined && !state.get("s3", String(body.s3_storage_uuid))) {
    throw invalid("s3_storage_uuid", "The selected S3 storage is invalid for this team.");
  }
  const timeout = body.timeout;
  if (typeof timeout === "number" && (timeout < 60 || timeout > 36_000)) {
    throw invalid("timeout", "It must be between 60 and 36000.");
  }
}
