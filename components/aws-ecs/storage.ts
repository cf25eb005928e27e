import { type Bucket, bucket } from "../aws/bucket.ts";
import type { Ecs } from "./ecs.ts";

/** The app's buckets by their names in the spec. */
export function storage(ecs: Ecs): Readonly<Record<string, Bucket>> {
  return Object.fromEntries(
    Object.entries(ecs.context.spec.storage?.buckets ?? {}).map(([name, { versioned, expireDays }]) => [
      name,
      bucket(ecs, `storage-${name}`, {
        account: ecs.account,
        versioned,
        ...(expireDays ? { expireDays } : {}),
        keyArn: ecs.keys.data,
        data: true,
      }),
    ]),
  );
}
