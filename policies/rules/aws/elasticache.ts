import { all, atLeast, given, is, isNot, type Rule, type See } from "../../model.ts";

const group = "aws:elasticache/replicationGroup:ReplicationGroup";

/** What joins a global datastore is encrypted as its founder is, and may not say so itself (see the provider's schema). */
const joins = (see: See): boolean => see.has("globalReplicationGroupId");
const tlsAlone = all(is("transitEncryptionEnabled", true), isNot("transitEncryptionMode", "preferred"));

/** Controls: AWS Foundational Security Best Practices, ElastiCache (docs.aws.amazon.com/securityhub, 2026). */
export const elasticache: readonly Rule[] = [
  {
    id: "elasticache-backups",
    types: [group],
    must: "a cache that keeps data is saved every day",
    why: "what is only in memory is gone with its node",
    mend: "set snapshotRetentionLimit: 1 or more",
    severity: "medium",
    controls: ["FSBP ElastiCache.1"],
    check: atLeast("snapshotRetentionLimit", 1),
    good: [{ snapshotRetentionLimit: 7 }],
    bad: [{ snapshotRetentionLimit: 0 }, {}],
  },
  {
    id: "elasticache-minor-upgrades",
    types: [group, "aws:elasticache/cluster:Cluster"],
    must: "minor versions are brought by ElastiCache",
    why: "they carry the security fixes",
    mend: "set autoMinorVersionUpgrade: true, which is also the default",
    severity: "medium",
    controls: ["FSBP ElastiCache.2"],
    check: (see, subject) =>
      isNot("autoMinorVersionUpgrade", false)(see, subject) ??
      isNot("autoMinorVersionUpgrade", "false")(see, subject),
    good: [{ autoMinorVersionUpgrade: true }, {}],
    bad: [{ autoMinorVersionUpgrade: false }, { autoMinorVersionUpgrade: "false" }],
  },
  {
    id: "elasticache-failover",
    types: [group, "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"],
    must: "a replica takes over when the primary fails",
    why: "else the app has no cache until somebody looks",
    mend: "set automaticFailoverEnabled: true, with two nodes or more",
    severity: "medium",
    controls: ["FSBP ElastiCache.3"],
    check: is("automaticFailoverEnabled", true),
    good: [{ automaticFailoverEnabled: true }],
    bad: [{ automaticFailoverEnabled: false }, {}],
  },
  {
    id: "elasticache-multi-az",
    types: [group],
    must: "a cache's nodes stand in several zones",
    why: "a zone that fails takes them all",
    mend: "set multiAzEnabled: true",
    severity: "medium",
    controls: [],
    check: is("multiAzEnabled", true),
    good: [{ multiAzEnabled: true }],
    bad: [{ multiAzEnabled: false }, {}],
  },
  {
    id: "elasticache-encrypted",
    types: [group],
    must: "a cache is encrypted where it is written down",
    why: "its snapshots hold sessions and rows",
    mend: "set atRestEncryptionEnabled: true; a living group must be made anew",
    severity: "high",
    controls: ["FSBP ElastiCache.4"],
    check: (see, subject) =>
      joins(see) || see.at("atRestEncryptionEnabled") === "true"
        ? undefined
        : is("atRestEncryptionEnabled", true)(see, subject),
    good: [
      { atRestEncryptionEnabled: true },
      { atRestEncryptionEnabled: "true" },
      { globalReplicationGroupId: "abcde-pulse" },
    ],
    bad: [{ atRestEncryptionEnabled: false }, {}],
  },
  {
    id: "elasticache-customer-key",
    types: [group],
    must: "a cache is encrypted with a key of the account's own",
    why: "AWS's default key can be neither revoked nor watched",
    mend: "set kmsKeyId",
    severity: "low",
    controls: [],
    check: given("kmsKeyId"),
    good: [{ kmsKeyId: "arn" }],
    bad: [{}],
  },
  {
    id: "elasticache-tls",
    types: [group],
    must: "a cache takes TLS alone",
    why: "its password and sessions would cross the network in the clear",
    mend: 'set transitEncryptionEnabled: true, and transitEncryptionMode: "required"',
    severity: "high",
    controls: ["FSBP ElastiCache.5"],
    check: (see, subject) => (joins(see) ? undefined : tlsAlone(see, subject)),
    good: [
      { globalReplicationGroupId: "abcde-pulse" },
      { transitEncryptionEnabled: true },
      { transitEncryptionEnabled: true, transitEncryptionMode: "required" },
    ],
    bad: [
      { transitEncryptionEnabled: false },
      {},
      { transitEncryptionEnabled: true, transitEncryptionMode: "preferred" },
    ],
  },
  {
    id: "elasticache-password",
    types: [group],
    must: "a cache asks who is there",
    why: "whatever reaches the network reads every session",
    mend: "set authToken, or userGroupIds",
    severity: "high",
    controls: ["FSBP ElastiCache.6"],
    check: (see) =>
      see.has("authToken") || see.has("userGroupIds")
        ? undefined
        : "neither authToken nor userGroupIds is set",
    good: [{ authToken: "secret" }, { userGroupIds: ["a"] }],
    bad: [{}],
  },
  {
    id: "elasticache-own-subnets",
    types: [group, "aws:elasticache/cluster:Cluster"],
    must: "a cache stands in subnets of ours",
    why: "else it lands in the default network, whose subnets are public",
    mend: "set subnetGroupName",
    severity: "high",
    controls: ["FSBP ElastiCache.7"],
    check: (see) =>
      see.at("subnetGroupName") === "default" || !see.has("subnetGroupName")
        ? "subnetGroupName is the default"
        : undefined,
    good: [{ subnetGroupName: "a" }],
    bad: [{}, { subnetGroupName: "default" }],
  },
];
