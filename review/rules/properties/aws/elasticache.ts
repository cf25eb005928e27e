import {
  exposes,
  harmless,
  type JudgeProperty,
  loses,
  type PropertyRule,
  rule,
  stops,
  whenLess,
  whenOff,
} from "../../rule.ts";
import { parametersOf } from "./parameters.ts";

const cache = /^aws:elasticache\//;

const cacheParameters: JudgeProperty = (_, { before, after }) => {
  const policy = "maxmemory-policy";
  const [from, to] = [parametersOf(before).get(policy), parametersOf(after).get(policy)];
  return from === to
    ? stops.review(["cache-parameters", "parameters of the cache change", "read what they do"])
    : stops.review([
        "cache-policy",
        `what happens when the cache is full: ${from} → ${to}`,
        "with noeviction writes fail once it is full; with an evicting policy, what was to be kept goes",
      ]);
};

/** What ElastiCache does for a new node type: it scales online, and cuts connections once (docs, 2025-10). */
const cacheNode: JudgeProperty = (_, { before }) =>
  stops.review([
    "cache-restart",
    Number(before.numCacheClusters ?? 1) > 1
      ? "the nodes are exchanged: connections are cut, and a replica takes over for moments"
      : "the only node is exchanged: connections are cut, and what it holds may be gone",
    "do it when there is little traffic",
  ]);

/** ElastiCache. */
export const elasticache: readonly PropertyRule[] = [
  rule(cache, /^nodeType$/, cacheNode),
  rule(cache, /^engineVersion$/, cacheNode),
  rule(
    cache,
    /^numCacheClusters$|^replicasPerNodeGroup$/,
    whenLess(
      stops.review([
        "replica-removed",
        "fewer replicas: fewer that can take over",
        "keep one in another zone",
      ]),
    ),
  ),
  rule(
    cache,
    /^(automaticFailoverEnabled|multiAzEnabled)$/,
    whenOff(
      stops.review([
        "standby-removed",
        "no replica takes over by itself",
        "keep it on where there are replicas",
      ]),
    ),
  ),
  rule(
    cache,
    /^transitEncryptionEnabled$/,
    whenOff(exposes.block(["tls-off", "the cache takes connections without TLS", "keep it on"])),
  ),
  rule(
    cache,
    /^snapshotRetentionLimit$/,
    whenLess(
      loses.review([
        "backup-weakened",
        "snapshots of the cache are kept for less time",
        "keep them where cache.policy is keep",
      ]),
    ),
  ),
  rule(cache, /^parameters/, cacheParameters),
  rule(cache, /^(maintenanceWindow|snapshotWindow|applyImmediately|autoMinorVersionUpgrade)$/, harmless),
];
