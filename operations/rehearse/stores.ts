import type { ResourceChange } from "./result.ts";

/** What holds data: a change of size or of region may change it, never replace or delete it. */
const stores =
  /rds\/(instance|cluster|globalCluster):|s3\/bucket:Bucket|elasticache\/(replicationGroup|globalReplicationGroup):|:Postgresql$|:Volume$|r2Bucket|d1Database|kvNamespace|supabase:index:Project|upstash.*[dD]atabase/;

/** The changes that would lose data. */
export const lost = (changes: readonly ResourceChange[]): ResourceChange[] =>
  changes.filter(
    ({ operation, type }) => (operation === "replace" || operation === "delete") && stores.test(type),
  );
