import type { Bucket } from "../aws/bucket.ts";
import { copyRegionOf } from "../aws/regions.ts";
import { vault } from "../aws/vault.ts";
import type { Database } from "./database.ts";
import type { Ecs } from "./ecs.ts";

/**
 * Beside RDS's own recovery to any point in time: daily copies of the database and of versioned buckets in a locked
 * vault, and of those in another region.
 */
export const backup = (ecs: Ecs, database: Database | undefined, buckets: readonly Bucket[]) =>
  vault(ecs, {
    resources: [
      ...(database ? [database.arn] : []),
      ...buckets.filter(({ versioned }) => versioned).map(({ arn }) => arn),
    ],
    keyArn: ecs.keys.data,
    copyRegion: copyRegionOf(ecs.region),
    retentionDays: ecs.plan.backup.detail.retentionDays,
    topicArn: ecs.topicArn,
  });
