import { nameOf } from "../kit/context.ts";
import * as supabase from "../providers/supabase/index.ts";
import type { Database } from "./database.ts";
import type { Project } from "./project.ts";
import { child, kept, type Vercel } from "./vercel.ts";

const megabyte = 1024 * 1024;

/**
 * The app's buckets in Supabase Storage, spoken to by S3. Its keys are made in the dashboard alone; a session token in
 * their place says who asks: the service role.
 */
export function storage(here: Vercel, { project, ref }: Project, { schema }: Database) {
  const { buckets, fileMb } = here.plan.storage.detail;
  if (buckets.length === 0) return undefined;
  const fileSizeLimit = fileMb * megabyte;
  const settings = new supabase.StorageSettings(
    "storage",
    { projectRef: ref, fileSizeLimit },
    { ...child(here), dependsOn: [schema] },
  );
  const keys = new supabase.ApiKeys("keys", { projectRef: ref }, { ...child(here), dependsOn: [settings] });
  const made = Object.fromEntries(
    buckets.map((name) => [
      name,
      new supabase.Bucket(
        `storage-${name}`,
        {
          projectRef: ref,
          name: nameOf(here.context, name),
          fileSizeLimit,
          // What is protected is deleted by nobody; the rest goes with all that is in it.
          emptyOnDelete: !here.context.protect,
        },
        { ...kept(here), dependsOn: [keys] },
      ),
    ]),
  );
  return {
    buckets: made,
    bindings: {
      STORAGE_ENDPOINT: project.storageUrl,
      STORAGE_REGION: here.plan.database.detail.region,
      STORAGE_ACCESS_KEY_ID: ref,
      STORAGE_SECRET_ACCESS_KEY: keys.anonKey,
      STORAGE_SESSION_TOKEN: keys.serviceKey,
      ...(made.uploads && { STORAGE_BUCKET_UPLOADS: made.uploads.name }),
    },
  };
}

export type Storage = NonNullable<ReturnType<typeof storage>>;
