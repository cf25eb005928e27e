import { type R2Bucket, r2Bucket } from "../cloudflare/r2.ts";
import * as supabase from "../providers/supabase/index.ts";
import type { Database } from "./database.ts";
import type { Project } from "./project.ts";
import type { Secrets } from "./secrets.ts";
import { child, type Vercel } from "./vercel.ts";

/**
 * Recovery to a point in time where the size has it, and a bucket at another vendor's for encrypted dumps. What writes
 * them is a workflow of the repository's (`dumpWorkflow.ts`): neither Vercel nor Supabase runs `pg_dump`.
 */
export function backup(here: Vercel, { ref }: Project, database: Database, secrets: Secrets) {
  const { pitrDays: days } = here.plan.backup.detail;
  const pitr = days
    ? new supabase.Pitr("pitr", { projectRef: ref, days }, { ...child(here), dependsOn: [database.schema] })
    : undefined;
  const bucket = r2Bucket({ ...here, accountId: here.platform.cloudflareAccountId }, "backup");
  return { pitr, bucket, workflowSecrets: workflowSecrets(bucket, database, secrets) };
}

/** What the workflow must be told, by the names of its secrets. */
const workflowSecrets = (bucket: R2Bucket, { sessionUrl }: Database, { dumps }: Secrets) => ({
  DUMP_DATABASE_URL: sessionUrl,
  DUMP_PASSPHRASE: dumps,
  DUMP_S3_ENDPOINT: bucket.endpoint,
  DUMP_S3_BUCKET: bucket.name,
  DUMP_S3_ACCESS_KEY_ID: bucket.accessKeyId,
  DUMP_S3_SECRET_ACCESS_KEY: bucket.secretAccessKey,
});
