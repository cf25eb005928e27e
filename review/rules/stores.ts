import type { Step } from "../read/steps.ts";
import { type Judgement, loses, type Said, type Surroundings, stops } from "./rule.ts";

/** What is lost when a resource goes. */
type Holds = "data" | "key" | "cache" | "logs" | "secret" | "backups";

interface Store {
  readonly type: RegExp;
  readonly holds: Holds;
  /** Narrows the row to some resources of the type. */
  readonly only?: (step: Pick<Step, "name" | "before">) => boolean;
}

/** The first row that fits decides. A replica, or a bucket of logs, is no store of anything that is nowhere else. */
const stores: readonly Store[] = [
  {
    type: /^aws:s3\/bucket(V2)?:Bucket/,
    holds: "logs",
    only: ({ name }) => /(^|-)logs?$/.test(name),
  },
  {
    type: /^aws:rds\/instance:/,
    holds: "data",
    only: ({ before }) => before.replicateSourceDb === undefined,
  },
  {
    type: /^aws:(rds\/(cluster|globalCluster):|dynamodb\/table:|efs\/fileSystem:|ebs\/volume:|cognito\/userPool:|docdb\/|sqs\/queue:|s3\/bucket(V2)?:Bucket)/,
    holds: "data",
  },
  {
    type: /^aws:(backup\/vault:|rds\/(snapshot|clusterSnapshot):|ebs\/snapshot:)|^coolify:index:BackupSchedule$/,
    holds: "backups",
  },
  { type: /^aws:kms\/(key|replicaKey):/, holds: "key" },
  {
    type: /^aws:elasticache\/(replicationGroup|globalReplicationGroup|cluster|serverlessCache):/,
    holds: "cache",
  },
  { type: /^(upstash:index\/redisDatabase|coolify:index:(Redis|Dragonfly)$)/, holds: "cache" },
  { type: /^aws:cloudwatch\/logGroup:/, holds: "logs" },
  {
    type: /^aws:secretsmanager\/secret:|^random:|^tls:index\/privateKey:|^aws:ssm\/parameter:/,
    holds: "secret",
  },
  {
    type: /^docker:index\/volume:|^hcloud:index\/(volume|server):|^coolify:index:Postgresql$|^supabase:index:Project$/,
    holds: "data",
  },
  {
    type: /^cloudflare:index\/(r2Bucket|d1Database|workersKvNamespace|queue):/,
    holds: "data",
  },
  {
    type: /^kubernetes:core\/v1:(PersistentVolumeClaim|PersistentVolume|Namespace)$|^kubernetes:apps\/v1:StatefulSet$/,
    holds: "data",
  },
];

export const storeOf = (step: Pick<Step, "type" | "name" | "before">): Holds | undefined =>
  stores.find(({ type, only }) => type.test(step.type) && (only?.(step) ?? true))?.holds;

/** What is said when a store is deleted, or replaced by an empty one. */
export function judgeStore(step: Step, around: Surroundings): Judgement | undefined {
  const gone = step.operation === "delete" || step.operation === "replace";
  const holds = gone ? storeOf(step) : undefined;
  if (!holds) return undefined;
  const paths = step.differences.filter(({ replaces }) => replaces).map(({ path }) => path);
  return { ...(step.operation === "delete" ? deleted : replaced)(step, holds, around), paths };
}

function replaced(step: Step, holds: Holds, { cacheKeeps }: Surroundings): Said {
  const { name } = step;
  const why = step.differences.find(({ replaces }) => replaces)?.path ?? "the change";
  if (holds === "data" || holds === "backups" || holds === "key" || (holds === "cache" && cacheKeeps)) {
    return loses.block([
      `${holds === "key" ? "key" : "store"}-replaced`,
      holds === "key"
        ? `the key ${name} is replaced: what the old one encrypted cannot be read without it`
        : `${name} is replaced by an empty one: what it holds is gone`,
      `leave ${why} as it is; or make a second one beside it, move the data, and then let the old one go`,
    ]);
  }
  if (holds === "cache") {
    return stops.review([
      "cache-replaced",
      `${name} is replaced: it starts empty, at another address`,
      "do it when there is little traffic: the database bears the load until it is warm",
    ]);
  }
  if (holds === "logs") {
    return loses.review([
      "logs-replaced",
      `${name} is replaced: the logs it holds are gone`,
      "export them first where they must be kept",
    ]);
  }
  return stops.review([
    "secret-replaced",
    `${name} is made anew: whatever uses the old value is refused until it is told the new one`,
    "rotate with both valid for a while, and restart what reads it",
  ]);
}

function deleted(step: Step, holds: Holds, { steps }: Surroundings): Said {
  const { name, type } = step;
  if (step.retained) {
    return loses.review([
      "store-left-behind",
      `${name} is no longer managed: it stays where it is, and costs`,
      "say in the pull request who looks after it from now on",
    ]);
  }
  const twin = steps.find((other) => other.operation === "create" && other.type === type);
  const renamed = twin
    ? `give ${twin.name} the alias {name: "${name}"}: then it is the same resource under a new name`
    : undefined;
  if (holds === "data" || holds === "key" || holds === "backups") {
    const what =
      holds === "key"
        ? `the key ${name} is deleted: all that it encrypted can never be read again`
        : holds === "backups"
          ? `${name} is deleted, and the backups in it`
          : twin
            ? `${name} is deleted, with its data, and ${twin.name} is made empty: a rename without an alias`
            : `${name} is deleted, with its data`;
    return loses.block([
      twin ? "store-renamed" : `${holds === "key" ? "key" : "store"}-deleted`,
      what,
      renamed ?? "take a last backup and prove that it restores; then lift protection in a change of its own",
    ]);
  }
  if (holds === "secret") {
    return stops.review([
      "secret-deleted",
      `${name} is deleted: what still uses it is refused`,
      renamed ?? "make sure that nothing reads it any more",
    ]);
  }
  return loses.review([
    `${holds}-deleted`,
    `${name} is deleted, with what it holds`,
    renamed ??
      (holds === "logs" ? "export the logs first where they must be kept" : "make sure that nothing uses it"),
  ]);
}

/** Pulumi's own protection of a store was taken away. */
export function judgeProtection(step: Step): Judgement | undefined {
  if (!step.protectedBefore || step.protectedAfter) return undefined;
  if (step.operation !== "update" && step.operation !== "replace") return undefined;
  return {
    ...loses.review([
      "unprotected",
      `${step.name} is no longer protected: the next change may delete it`,
      "lift protection only together with the change that needs it, and put it back after",
    ]),
    paths: [],
  };
}
