/** What is lost when a resource goes. */
export type Holds = "data" | "backups" | "key" | "cache" | "logs" | "secret";

/** Resource types whose loss is a loss, and of what: the one list for rehearsals, policies and reviews. */
const types: Readonly<Record<Holds, readonly string[]>> = {
  data: [
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:rds/globalCluster:GlobalCluster",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:dynamodb/table:Table",
    "aws:efs/fileSystem:FileSystem",
    "aws:ebs/volume:Volume",
    "aws:cognito/userPool:UserPool",
    "aws:docdb/cluster:Cluster",
    "aws:sqs/queue:Queue",
    "hcloud:index/volume:Volume",
    "hcloud:index/server:Server",
    "coolify:index:Postgresql",
    "cloudflare:index/r2Bucket:R2Bucket",
    "cloudflare:index/d1Database:D1Database",
    "cloudflare:index/workersKvNamespace:WorkersKvNamespace",
    "cloudflare:index/queue:Queue",
    "supabase:index:Project",
    "supabase:index:Bucket",
    "docker:index/volume:Volume",
    "kubernetes:core/v1:PersistentVolumeClaim",
    "kubernetes:core/v1:PersistentVolume",
    "kubernetes:core/v1:Namespace",
    "kubernetes:apps/v1:StatefulSet",
  ],
  backups: [
    "aws:backup/vault:Vault",
    "aws:rds/snapshot:Snapshot",
    "aws:rds/clusterSnapshot:ClusterSnapshot",
    "aws:ebs/snapshot:Snapshot",
    "coolify:index:BackupSchedule",
  ],
  key: ["aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"],
  cache: [
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",
    "aws:elasticache/cluster:Cluster",
    "aws:elasticache/serverlessCache:ServerlessCache",
    "upstash:index/redisDatabase:RedisDatabase",
    "coolify:index:Redis",
    "coolify:index:Dragonfly",
  ],
  logs: ["aws:cloudwatch/logGroup:LogGroup"],
  secret: [
    "aws:secretsmanager/secret:Secret",
    "aws:ssm/parameter:Parameter",
    "tls:index/privateKey:PrivateKey",
  ],
};

const held: ReadonlyMap<string, Holds> = new Map(
  // Object.entries forgets the keys' type
  (Object.entries(types) as [Holds, readonly string[]][]).flatMap(([holds, all]) =>
    all.map((type) => [type, holds] as const),
  ),
);

/** @param type e.g. `aws:rds/instance:Instance` */
export const holdsOf = (type: string): Holds | undefined =>
  held.get(type) ?? (type.startsWith("random:") ? "secret" : undefined);

/**
 * What the stages mark as protected: data that is nowhere else, what unlocks it, and its copies. A server, a namespace
 * or a queue is made again; what it held is on a volume, in a database or sent once more.
 */
const madeAgain: ReadonlySet<string> = new Set([
  "hcloud:index/server:Server",
  "kubernetes:core/v1:Namespace",
  "kubernetes:apps/v1:StatefulSet",
  "aws:sqs/queue:Queue",
  "cloudflare:index/queue:Queue",
  "coolify:index:BackupSchedule",
]);
const kept: ReadonlySet<Holds> = new Set(["data", "backups", "key", "cache"]);

export const isKept = (type: string): boolean => {
  const holds = holdsOf(type);
  return holds !== undefined && kept.has(holds) && !madeAgain.has(type);
};
