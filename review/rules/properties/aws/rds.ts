import {
  always,
  exposes,
  harmless,
  isUnknown,
  type JudgeProperty,
  loses,
  majorOf,
  type PropertyRule,
  rule,
  stops,
  whenLess,
  whenOff,
  whenOn,
} from "../../rule.ts";
import { watchedLess } from "../../watchedLess.ts";
import { parametersOf } from "./parameters.ts";

const database = /^aws:rds\/(instance|cluster|clusterInstance|globalCluster):/;

/** A failover takes 60 to 120 s (RDS User Guide, Multi-AZ failover, 2025-10); without a standby it is a restart. */
const restarts =
  (why: string): JudgeProperty =>
  (_, { before, after }) => {
    const standby = before.multiAz === true && after.multiAz === true;
    return stops.review([
      "database-restart",
      `${why}: ${standby ? "a failover, 60 to 120 s" : "no standby, so the database is away for minutes"}`,
      "do it when there is little traffic; the app must hold or repeat what is cut off",
    ]);
  };

/** RDS grows a disk and never shrinks it (RDS User Guide, Working with storage, 2025-10). */
const disk: JudgeProperty = ({ from, to }) =>
  Number(to) >= Number(from)
    ? undefined
    : loses.block([
        "storage-shrunk",
        `RDS cannot shrink storage, ${String(from)} → ${String(to)} GB: the update fails half-way, and the only smaller disk is a new instance`,
        "keep the size; or make a smaller instance beside it and move the data",
      ]);

/** `17.9` is older than `17.10`; a major version alone, `17`, leaves the minor to the vendor. */
function isOlder(one: unknown, other: unknown): boolean {
  const [a, b] = [one, other].map((version) => String(version).split(".").map(Number));
  const at = a?.findIndex((part, index) => b?.[index] !== undefined && part !== b[index]) ?? -1;
  return at !== -1 && Number(a?.[at]) < Number(b?.[at]);
}

const engineVersion: JudgeProperty = (difference, step) => {
  const [from, to] = [majorOf(difference.from), majorOf(difference.to)];
  if (from === undefined || to === undefined || isUnknown(difference.to)) {
    return stops.review(["engine-version", "the engine's version changes", "read the vendor's notes on it"]);
  }
  if (to < from || isOlder(difference.to, difference.from)) {
    return loses.block([
      "engine-downgraded",
      `an engine never goes back, ${String(difference.from)} → ${String(difference.to)}: the vendor refuses it; only a restore of an older dump does that`,
      "keep the version; restore into another instance where the old one is needed",
    ]);
  }
  if (to > from && step.after.allowMajorVersionUpgrade !== true) {
    return stops.block([
      "engine-upgrade-refused",
      `a major version, ${from} → ${to}, without allowMajorVersionUpgrade: RDS refuses it, with half of the update done`,
      "rehearse the upgrade on a restored copy; then allow it, in a window, with a snapshot before",
    ]);
  }
  if (to > from) {
    return stops.review([
      "engine-upgrade",
      `a major version, ${from} → ${to}: the database is away for as long as pg_upgrade takes, and there is no way back but a restore`,
      "rehearse it on a restored copy; check extensions; take a snapshot before",
    ]);
  }
  return restarts("a new minor version")(difference, step);
};

const databaseParameters: JudgeProperty = (_, { before, after }) => {
  const [old, now] = [parametersOf(before), parametersOf(after)];
  if (old.get("rds.force_ssl") === "1" && now.get("rds.force_ssl") !== "1") {
    return exposes.block([
      "tls-off",
      "the database takes connections without TLS: rds.force_ssl is no longer 1",
      "keep rds.force_ssl at 1",
    ]);
  }
  const names = [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => old.get(name) !== now.get(name),
  );
  const quiet = names.every((name) => /^log_|^auto_explain|^pg_stat/.test(name));
  if (quiet && names.length > 0) return undefined;
  return stops.review([
    "database-parameters",
    `parameters of the database change: ${names.join(", ")}; static ones wait for a restart`,
    "look up which of them are static, and plan the restart",
  ]);
};

/** RDS and Aurora. */
export const rds: readonly PropertyRule[] = [
  rule(database, /^(allocatedStorage)$/, disk),
  rule(database, /^(instanceClass|dbClusterInstanceClass)$/, restarts("another instance class")),
  rule(database, /^engineVersion$/, engineVersion),
  rule(database, /^(allowMajorVersionUpgrade|applyImmediately|finalSnapshotIdentifier)$/, harmless),
  rule(
    database,
    /^(backupWindow|preferredBackupWindow|maintenanceWindow|preferredMaintenanceWindow)$/,
    harmless,
  ),
  rule(
    database,
    /^maxAllocatedStorage$/,
    whenLess(
      stops.review([
        "storage-ceiling",
        "the disk may grow less: when it is full, the database stops",
        "keep it well above what is expected within a year",
      ]),
    ),
  ),
  rule(
    database,
    /^multiAz$/,
    whenOff(
      stops.review([
        "standby-removed",
        "no standby in another zone: when the zone fails, the database is away until it is restored",
        "keep it where the spec's RTO is under an hour",
      ]),
    ),
  ),
  rule(database, /^backupRetentionPeriod$/, (difference, step) =>
    Number(difference.to) > 0 || step.before.replicateSourceDb !== undefined
      ? whenLess(
          loses.review([
            "backup-weakened",
            `point-in-time recovery reaches back ${String(difference.to)} days instead of ${String(difference.from)}`,
            "keep as many days as the spec's promise and the law ask for",
          ]),
        )(difference, step)
      : loses.block([
          "backup-off",
          "automated backups are turned off, and the ones there are deleted",
          "keep at least 7 days",
        ]),
  ),
  rule(
    database,
    /^publiclyAccessible$/,
    whenOn(
      exposes.block([
        "public-database",
        "the database gets a public address",
        "keep it private; reach it through the network or a bastion",
      ]),
    ),
  ),
  rule(database, /^parameterGroupName$/, restarts("another parameter group, which waits for a restart")),
  rule(
    database,
    /^dbSubnetGroupName$/,
    always(
      stops.block([
        "subnet-group-moved",
        "RDS does not move an instance to another subnet group of the same VPC: the update fails, and the old group cannot go while it is used",
        "keep the subnet group's name; change its subnets in place",
      ]),
    ),
  ),
  rule(
    database,
    /^vpcSecurityGroupIds/,
    always(
      exposes.review([
        "database-doors",
        "other security groups decide who reaches the database",
        "compare what the groups let in",
      ]),
    ),
  ),
  rule(
    database,
    /^(identifier|clusterIdentifier)$/,
    always(
      stops.review([
        "address-changed",
        "the database gets another name, and with it another address: connections fail until the app is told",
        "keep the name",
      ]),
    ),
  ),
  rule(database, /^caCertIdentifier$/, restarts("another certificate authority")),
  rule(
    database,
    /^(autoMinorVersionUpgrade)$/,
    whenOff(exposes.review(["patches-off", "security patches no longer come by themselves", "keep it on"])),
  ),
  rule(
    database,
    /^(performanceInsightsEnabled|copyTagsToSnapshot|enabledCloudwatchLogsExports)$/,
    ({ to }) => (to === true || (Array.isArray(to) && to.length > 0) ? undefined : watchedLess),
  ),
  rule(database, /^monitoringInterval$/, ({ to }) => (Number(to) > 0 ? undefined : watchedLess)),
  rule(database, /^iamDatabaseAuthenticationEnabled$/, harmless),
  rule(
    database,
    /^(storageType|iops|storageThroughput)$/,
    always(
      stops.review([
        "storage-type",
        "the disk is converted: slower for hours, and no other change of storage for six hours",
        "do it when there is little traffic",
      ]),
    ),
  ),
  rule(/^aws:rds\/(cluster)?[pP]arameterGroup:/, /^parameters/, databaseParameters),
  rule(
    /^aws:rds\/proxy:/,
    /^requireTls$/,
    whenOff(exposes.block(["tls-off", "the proxy takes connections without TLS", "keep requireTls on"])),
  ),
];
