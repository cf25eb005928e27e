import type * as docker from "@pulumi/docker";
import { container } from "./container.ts";
import type { Database } from "./database.ts";
import type { Local } from "./local.ts";
import { backupBucket } from "./storage.ts";
import type { trust } from "./trust.ts";

/** A part of 200,000 events and its gzip are in memory at once, twice while it is read back. */
const memoryMb = 384;

/**
 * Takes old months of events to the bucket of the backups, on the spec's schedule, from the app's image as the owner.
 * Nothing where the spec keeps no archive. A run that failed shows in `rung status` until one went well.
 */
export function archive(
  local: Local,
  {
    database,
    trusted,
    after,
  }: { database: Database; trusted: ReturnType<typeof trust>; after: docker.Container },
): docker.Container | undefined {
  const asked = local.context.spec.database?.archive;
  if (!asked) return undefined;
  return container(local, "archive", {
    capability: "backup",
    image: local.images.app,
    command: ["archive", asked.schedule],
    memoryMb,
    env: {
      ARCHIVE_DATABASE_URL: database.ownerUrl,
      ARCHIVE_KEEP_MONTHS: String(asked.keepMonths),
      ARCHIVE_ENDPOINT: "https://storage:9000",
      ARCHIVE_REGION: "local",
      ARCHIVE_BUCKET: backupBucket,
      ARCHIVE_ACCESS_KEY_ID: "backup",
      ARCHIVE_SECRET_ACCESS_KEY: local.secrets.password["storage-backup"],
      NODE_EXTRA_CA_CERTS: `${trusted.mount.path}/ca.pem`,
    },
    volumes: [trusted.mount],
    health: ["/app/entrypoint", "archived"],
    // Never two at once: the later would only wait for the earlier.
    alone: true,
    dependsOn: [after],
  });
}
