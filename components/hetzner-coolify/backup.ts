import type { R2Bucket } from "../cloudflare/r2.ts";
import { nameOf } from "../kit/context.ts";
import * as coolify from "../providers/coolify/index.ts";
import type { Hetzner } from "./coolify.ts";
import type { Database } from "./database.ts";
import type { Project } from "./project.ts";

/** Dumps every six hours into R2, kept a month there and two on the server; Hetzner's own images of servers beside. */
export function backup(here: Hetzner, project: Project, database: Database, bucket: R2Bucket) {
  const { schedule, keepDays } = here.plan.backup.detail;
  const to = new coolify.S3Storage(
    "backup",
    {
      name: nameOf(here.context, "backup"),
      endpoint: bucket.endpoint,
      bucket: bucket.name,
      region: "auto",
      accessKeyId: bucket.accessKeyId,
      secretAccessKey: bucket.secretAccessKey,
    },
    project.within,
  );
  return new coolify.BackupSchedule(
    "backup",
    {
      databaseUuid: database.resource.id,
      schedule,
      databases: [database.name],
      s3StorageUuid: to.id,
      keepDaysInS3: keepDays,
    },
    project.within,
  );
}
