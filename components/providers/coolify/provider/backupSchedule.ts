import { z } from "zod";
import { madeOnce } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, created } from "./api.ts";
import { nested } from "./nested.ts";

export const backupScheduleInputs = z.strictObject({
  /** A change makes another schedule. */
  databaseUuid: z.string().min(1),
  /** Five cron fields, in the server's time zone. */
  schedule: z.string().min(1),
  /** The databases to dump. */
  databases: z.array(z.string().min(1)).min(1),
  /** Where dumps go besides the server itself. */
  s3StorageUuid: z.string().min(1),
  keepLocally: z.int().min(0).default(2),
  keepDaysInS3: z.int().min(1).default(30),
  timeoutSeconds: z.int().min(60).max(36_000).default(3600),
});
export type BackupScheduleInputs = z.output<typeof backupScheduleInputs>;

/** `GET /databases/{uuid}/backups` is typed as a string in the vendor's document: this is what it holds. */
export const listedSchedules = z.array(
  z.looseObject({
    uuid: z.string(),
    enabled: z.boolean(),
    save_s3: z.boolean(),
    frequency: z.string(),
    databases_to_backup: z.string().nullish(),
    database_backup_retention_amount_locally: z.coerce.number().nullish(),
    database_backup_retention_days_s3: z.coerce.number().nullish(),
    timeout: z.coerce.number().nullish(),
  }),
);

/** Dumps of a database on schedule, sent to S3. Its id is `<database>/<schedule>`. One a database. */
export const backupSchedule: Resource<Api, BackupScheduleInputs, { uuid: string }> = {
  token: "coolify:index:BackupSchedule",
  inputs: backupScheduleInputs,
  outputs: ["uuid"],
  secrets: [],
  replacedBy: ["databaseUuid"],

  async create(api, inputs) {
    const path = { uuid: inputs.databaseUuid };
    const { id, found } = await madeOnce(
      // A schedule has no name of its own, and a database of ours has but this one.
      async () => (await list(api, inputs.databaseUuid))[0]?.uuid,
      async () =>
        (await api.call("POST /databases/{uuid}/backups", { path, body: bodyOf(inputs) }, created)).uuid,
    );
    if (found) await change(api, inputs.databaseUuid, id, inputs);
    return { id: `${inputs.databaseUuid}/${id}`, outputs: { uuid: id } };
  },

  async read(api, id, before) {
    const [databaseUuid, uuid] = nested(id, "database", "schedule");
    const found = (await list(api, databaseUuid)).find((one) => one.uuid === uuid);
    if (!found) return undefined;
    const inputs = {
      databaseUuid,
      schedule: found.frequency,
      databases: (found.databases_to_backup ?? "").split(",").filter(Boolean),
      // Told back by number alone; one that no longer sends to S3 shows as without.
      s3StorageUuid: found.save_s3 && found.enabled ? (before?.s3StorageUuid ?? "") : "",
      keepLocally: found.database_backup_retention_amount_locally ?? 0,
      keepDaysInS3: found.database_backup_retention_days_s3 ?? 0,
      timeoutSeconds: found.timeout ?? 3600,
    };
    return { inputs, outputs: { uuid } };
  },

  async update(api, id, inputs) {
    const [databaseUuid, uuid] = nested(id, "database", "schedule");
    await change(api, databaseUuid, uuid, inputs);
    return { uuid };
  },

  /** What was sent to S3 stays there. */
  async delete(api, id) {
    const [uuid, scheduled_backup_uuid] = nested(id, "database", "schedule");
    await api.remove("DELETE /databases/{uuid}/backups/{scheduled_backup_uuid}", {
      path: { uuid, scheduled_backup_uuid },
      query: { delete_s3: false },
    });
  },
};

const list = async (api: Api, uuid: string) =>
  (await api.find("GET /databases/{uuid}/backups", { path: { uuid } }, listedSchedules)) ?? [];

const bodyOf = (inputs: BackupScheduleInputs) => ({
  frequency: inputs.schedule,
  enabled: true,
  save_s3: true,
  s3_storage_uuid: inputs.s3StorageUuid,
  databases_to_backup: inputs.databases.join(","),
  dump_all: false,
  database_backup_retention_amount_locally: inputs.keepLocally,
  database_backup_retention_days_s3: inputs.keepDaysInS3,
  timeout: inputs.timeoutSeconds,
});

async function change(
  api: Api,
  uuid: string,
  scheduled_backup_uuid: string,
  inputs: BackupScheduleInputs,
): Promise<void> {
  const path = { uuid, scheduled_backup_uuid };
  const request = { path, body: bodyOf(inputs) };
  await api.call("PATCH /databases/{uuid}/backups/{scheduled_backup_uuid}", request, anything);
}
