import { vault } from "../aws/vault.ts";
import type { Database } from "./database.ts";
import type { Place } from "./eks.ts";
import type { Buckets } from "./storage.ts";

/**
 * Beside Aurora's own recovery to any point in time: each region's daily copies of its cluster and its buckets in a
 * locked vault, and of those in the next region's. So a failover leaves it as it is.
 */
export function backup(
  places: readonly Place[],
  database: Database | undefined,
  buckets: ReadonlyMap<string, Buckets>,
): void {
  for (const [index, place] of places.entries()) {
    const own = Object.values(buckets.get(place.region) ?? {});
    const cluster = database?.clusters.get(place.region);
    if (!cluster && own.length === 0) continue;
    const next = places[(index + 1) % places.length] ?? place;
    vault(
      place,
      {
        resources: [...(cluster ? [cluster.arn] : []), ...own.map(({ arn }) => arn)],
        keyArn: place.keys.data,
        copyRegion: next.region,
        retentionDays: place.plan.backup.detail.retentionDays,
        topicArn: place.topicArn,
      },
      place.prefix,
    );
  }
}
