import * as pulumi from "@pulumi/pulumi";
import { type R2Bucket, r2Bucket } from "../cloudflare/r2.ts";
import * as supabase from "../providers/supabase/index.ts";
import type { Database } from "./database.ts";
import type { Project } from "./project.ts";
import type { Secrets } from "./secrets.ts";
import { child, type Vercel } from "./vercel.ts";

/**
 * Recovery to a point in time where the size has it, and a bucket at another vendor's for encrypted dumps. What writes
 * them is a workflow of the repository's (`.github/workflows/dump.yml`, `dumps/`): neither Vercel nor Supabase runs
 * `pg_dump`.
 */
export function backup(here: Vercel, { ref }: Project, database: Database, secrets: Secrets) {
  const { pitrDays: days } = here.plan.backup.detail;
  const pitr = days
    ? new supabase.Pitr("pitr", { projectRef: ref, days }, { ...child(here), dependsOn: [database.schema] })
    : undefined;
  const bucket = r2Bucket({ ...here, accountId: here.platform.cloudflareAccountId }, "backup");
  return { pitr, bucket, workflowSecrets: workflowSecrets(here, bucket, database, secrets) };
}

/** What the workflow must be told, by the names of its secrets: libpq's and restic's own, after `DUMP_`. */
const workflowSecrets = (here: Vercel, bucket: R2Bucket, { owner }: Database, { dumps }: Secrets) => ({
  DUMP_PGHOST: owner.host,
  DUMP_PGUSER: owner.user,
  DUMP_PGPASSWORD: owner.password,
  DUMP_RESTIC_REPOSITORY: pulumi.interpolate`s3:${bucket.endpoint}/${bucket.name}`,
  DUMP_RESTIC_PASSWORD: dumps,
  DUMP_AWS_ACCESS_KEY_ID: bucket.accessKeyId,
  DUMP_AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey,
  DUMP_KEEP_DAYS: String(here.plan.backup.detail.dumps),
});
