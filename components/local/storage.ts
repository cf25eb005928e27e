import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../model/bindings.ts";
import { container } from "./container.ts";
import type { Local } from "./local.ts";
import { volume } from "./network.ts";
import { fixedMemoryMb } from "./sizes.ts";

/** The bucket of pgBackRest's repository; the app's key cannot reach it. */
export const backupBucket = "rung-backups";

export interface Storage {
  readonly container: docker.Container;
  readonly bindings: Bindings<pulumi.Output<string> | string>;
}

/**
 * S3-compatible object storage (versitygw) on a volume, HTTPS on `storage:9000`, inside only. Buckets are made at
 * each start when missing; one that the spec no longer names stays. A changed key or bucket restarts it.
 */
export function storage(local: Local): Storage {
  const { context, images, plan, secrets } = local;
  const { cert, key } = secrets.leaf("storage");
  const versioned = (bucket: string) =>
    context.spec.storage?.buckets[bucket]?.versioned ? "versioned" : "plain";
  const buckets = plan.storage.detail.buckets.map((bucket) => `${bucket} app ${versioned(bucket)}`);
  const made = container(local, "storage", {
    capability: "storage",
    image: images.storage,
    memoryMb: fixedMemoryMb.storage,
    env: {
      STORAGE_BUCKETS: [...buckets, `${backupBucket} backup plain`].join("\n"),
      STORAGE_ACCOUNTS: "app backup",
      STORAGE_SECRET_APP: secrets.password["storage-app"],
      STORAGE_SECRET_BACKUP: secrets.password["storage-backup"],
      STORAGE_ROOT_SECRET: secrets.password["storage-root"],
      TLS_CERT: cert,
      TLS_KEY: key,
      CA_CERT: secrets.ca,
    },
    volumes: [{ volume: volume(local, "storage-data", "data"), path: "/data" }],
    scratch: [{ path: "/run/storage", uid: 10001 }, { path: "/tmp" }],
    health: ["healthy"],
    alone: true,
  });
  return {
    container: made,
    bindings: {
      STORAGE_ENDPOINT: "https://storage:9000",
      STORAGE_REGION: "local",
      STORAGE_ACCESS_KEY_ID: "app",
      STORAGE_SECRET_ACCESS_KEY: secrets.password["storage-app"],
      // One binding a bucket; the app knows of `uploads`.
      ...(plan.storage.detail.buckets.includes("uploads") && { STORAGE_BUCKET_UPLOADS: "uploads" }),
    },
  };
}
