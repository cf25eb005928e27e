import type { Step } from "../../read/steps.ts";
import {
  always,
  exposes,
  harmless,
  isUnknown,
  type JudgeProperty,
  loses,
  majorOf,
  type PropertyRule,
  rests,
  rule,
  stops,
  whenLess,
  whenOff,
  whenOn,
} from "../rule.ts";
import { weakTls } from "../tls.ts";

const database = /^aws:rds\/(instance|cluster|clusterInstance|globalCluster):/;
const cache = /^aws:elasticache\//;
const bucket = /^aws:s3\/bucket/;

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

const engineVersion: JudgeProperty = (difference, step) => {
  const [from, to] = [majorOf(difference.from), majorOf(difference.to)];
  if (from === undefined || to === undefined || isUnknown(difference.to)) {
    return stops.review(["engine-version", "the engine's version changes", "read the vendor's notes on it"]);
  }
  if (to < from) {
    return loses.block([
      "engine-downgraded",
      `an engine never goes back, ${from} → ${to}: the vendor refuses it; only a restore of an older dump does that`,
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

/** The values of an RDS or ElastiCache parameter group, by name. */
const parametersOf = (inputs: Step["before"]): Map<string, string> =>
  new Map(
    ((inputs.parameters ?? []) as { name?: string; value?: unknown }[]).map(({ name, value }) => [
      name ?? "",
      String(value),
    ]),
  );

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

const watchedLess = exposes.review([
  "seen-less",
  "less is written down or watched than before",
  "say why it is not needed",
]);

const certificate = stops.review([
  "certificate-changed",
  "another certificate is shown to clients",
  "make sure that it holds the same names, and that clients trust its authority",
]);

/** What ElastiCache does for a new node type: it scales online, and cuts connections once (docs, 2025-10). */
const cacheNode: JudgeProperty = (_, { before }) =>
  stops.review([
    "cache-restart",
    Number(before.numCacheClusters ?? 1) > 1
      ? "the nodes are exchanged: connections are cut, and a replica takes over for moments"
      : "the only node is exchanged: connections are cut, and what it holds may be gone",
    "do it when there is little traffic",
  ]);

export const aws: readonly PropertyRule[] = [
  // RDS and Aurora
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

  // ElastiCache
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

  // S3
  rule(
    /^aws:s3\/bucketPublicAccessBlock:/,
    /./,
    whenOff(
      exposes.block([
        "public-bucket",
        "the bucket may be made public",
        "keep all four blocks on; give out objects through the CDN or signed addresses",
      ]),
    ),
  ),
  rule(/^aws:s3\/bucketVersioning:/, /status$/, ({ to }) =>
    to === "Enabled"
      ? undefined
      : loses.review([
          "versioning-off",
          "earlier versions are no longer kept: what is overwritten or deleted is gone",
          "keep versions where a mistake must be undone",
        ]),
  ),
  rule(/^aws:s3\/bucketLifecycle/, /./, ({ path, from, to }) =>
    /days|expiration/i.test(path) && !(Number(to) >= Number(from))
      ? loses.review([
          "objects-expire",
          to === undefined && from !== undefined
            ? "a lifecycle rule goes"
            : "objects, or old versions of them, are deleted sooner than before",
          "make sure that nobody needs them for longer",
        ])
      : to === undefined || /status/.test(path)
        ? rests.review(["lifecycle", "a lifecycle rule of the bucket changes", "read what it deletes"])
        : undefined,
  ),
  rule(
    /^aws:s3\/bucketServerSideEncryption/,
    /./,
    always(
      exposes.review([
        "encryption-changed",
        "new objects are encrypted otherwise than before",
        "keep the customer key; old objects keep theirs",
      ]),
    ),
  ),
  rule(
    bucket,
    /^(rule|objectOwnership|acl|website|cors)/,
    always(
      exposes.review([
        "bucket-access",
        "who owns objects, or may read them, changes",
        "keep BucketOwnerEnforced",
      ]),
    ),
  ),

  // KMS, Secrets Manager, backups
  rule(
    /^aws:kms\/key:/,
    /^enableKeyRotation$/,
    whenOff(exposes.review(["rotation-off", "the key is no longer rotated every year", "keep rotation on"])),
  ),
  rule(
    /^aws:(kms\/key|secretsmanager\/secret):/,
    /^(deletionWindowInDays|recoveryWindowInDays)$/,
    whenLess(
      loses.review(["window-cut", "a deletion by mistake can be undone for less time", "keep 30 days"]),
    ),
  ),
  rule(
    /^aws:secretsmanager\/secretVersion:/,
    /^secretString$/,
    always(
      rests.review([
        "secret-changed",
        "the value of the secret changes: what reads it must be started anew",
        "make sure that both values are valid while tasks roll over",
      ]),
    ),
  ),
  rule(
    /^aws:backup\/vaultLockConfiguration:/,
    /^(minRetentionDays|maxRetentionDays)$/,
    whenLess(
      loses.review(["backup-weakened", "the lock of the vault guards backups for less time", "keep it"]),
    ),
  ),
  rule(/^aws:backup\/(plan|selection):/, /^(rules|resources)/, ({ path, from, to }, step) => {
    if (/deleteAfter$/.test(path))
      return Number(to) >= Number(from)
        ? undefined
        : loses.review([
            "backup-weakened",
            `backups are kept ${String(to)} days instead of ${String(from)}`,
            "keep as many days as the spec's promise and the law ask for",
          ]);
    const named = (value: unknown) => (Array.isArray(value) ? value.length : 0);
    if (path === "resources" && named(step.after.resources) >= named(step.before.resources)) {
      return loses.review([
        "backup-changed",
        "what is backed up changes",
        "make sure that every store is still in the selection",
      ]);
    }
    return loses.review([
      "backup-weakened",
      "less is backed up, or otherwise",
      "keep every store in the plan",
    ]);
  }),

  // Load balancer and CDN
  rule(/^aws:lb\/listener:/, /^sslPolicy$/, ({ from, to }) => weakTls(from, to)),
  rule(/^aws:lb\/listener:/, /^protocol$/, ({ to }) =>
    to === "HTTPS" || to === "TLS"
      ? undefined
      : exposes.block(["tls-off", "the listener no longer speaks TLS", "keep HTTPS"]),
  ),
  rule(/^aws:lb\/listener:/, /^certificateArn$/, always(certificate)),
  rule(
    /^aws:lb\/listener(Rule)?:/,
    /^(defaultActions|conditions|actions)/,
    always(
      exposes.review([
        "routing-changed",
        "what the load balancer lets through changes",
        "only requests that carry the CDN's secret should reach the app",
      ]),
    ),
  ),
  rule(/^aws:lb\/loadBalancer:/, /^accessLogs/, ({ to }) => (to === true ? undefined : watchedLess)),
  rule(
    /^aws:lb\/loadBalancer:/,
    /^dropInvalidHeaderFields$/,
    whenOff(exposes.review(["headers", "malformed headers reach the app: request smuggling", "keep it on"])),
  ),
  rule(/^aws:lb\/loadBalancer:/, /^(idleTimeout|enableHttp2|loadBalancingAlgorithmType)$/, harmless),
  rule(
    /^aws:lb\/targetGroup:/,
    /^healthCheck/,
    always(
      stops.review([
        "health-check",
        "what counts as healthy changes: too strict, and all tasks are taken out at once",
        "try it on a stack without users first",
      ]),
    ),
  ),
  rule(
    /^aws:lb\/targetGroup:/,
    /^deregistrationDelay$/,
    whenLess(
      stops.review([
        "drain-cut",
        "requests under way have less time to end",
        "keep it above container.drainSeconds",
      ]),
    ),
  ),
  rule(/^aws:cloudfront\/distribution:/, /minimumProtocolVersion$|originSslProtocols/, ({ from, to }) =>
    weakTls(from, to),
  ),
  rule(/^aws:cloudfront\/distribution:/, /originProtocolPolicy$/, ({ to }) =>
    to === "https-only"
      ? undefined
      : exposes.block(["tls-off", "the CDN reaches the app without TLS", "keep https-only"]),
  ),
  rule(/^aws:cloudfront\/distribution:/, /viewerProtocolPolicy$/, ({ to }) =>
    to === "redirect-to-https" || to === "https-only"
      ? undefined
      : exposes.block(["tls-off", "visitors may use the app without TLS", "keep redirect-to-https"]),
  ),
  rule(/^aws:cloudfront\/distribution:/, /^webAclId$/, ({ to }) =>
    isUnknown(to)
      ? exposes.review([
          "firewall-changed",
          "another firewall stands in front of the app",
          "compare their rules",
        ])
      : exposes.block([
          "firewall-off",
          "no firewall stands in front of the app any more",
          "keep the web ACL; put a rule that blocks too much to Count instead",
        ]),
  ),
  rule(/^aws:cloudfront\/distribution:/, /^(priceClass|httpVersion|isIpv6Enabled)$|compress$/, harmless),
  rule(
    /^aws:cloudfront\/distribution:/,
    /^enabled$/,
    whenOff(
      stops.block(["cdn-off", "the distribution is turned off: the app has no public address", "keep it on"]),
    ),
  ),
  rule(/^aws:wafv2\/webAcl:/, /limit$/i, ({ from, to }) =>
    Number(to) <= Number(from)
      ? stops.review([
          "rate-limit",
          "fewer requests are let through from one address: offices and carriers share one",
          "count first, then block",
        ])
      : exposes.review(["rate-limit", "more requests are let through from one address", "watch the load"]),
  ),
  rule(
    /^aws:wafv2\/webAcl:/,
    /./,
    always(
      exposes.review([
        "firewall-changed",
        "what the firewall lets through changes",
        "keep the managed rules blocking",
      ]),
    ),
  ),

  // ECS
  rule(/^aws:ecs\/service:/, /^taskDefinition$/, harmless),
  rule(
    /^aws:ecs\/service:/,
    /^(deploymentMinimumHealthyPercent|desiredCount)$/,
    whenLess(
      stops.review([
        "fewer-tasks",
        "fewer tasks serve, or stay while others are brought out",
        "keep enough for a zone to fail",
      ]),
    ),
  ),
  rule(
    /^aws:ecs\/service:/,
    /^deploymentCircuitBreaker/,
    whenOff(
      stops.review([
        "rollback-off",
        "a bad image is no longer rolled back by itself",
        "keep the circuit breaker on",
      ]),
    ),
  ),
  rule(
    /^aws:ecs\/service:/,
    /assignPublicIp$/,
    whenOn(
      exposes.review(["public-address", "tasks get public addresses", "keep them behind the load balancer"]),
    ),
  ),
  rule(
    /^aws:ecs\/service:/,
    /^enableExecuteCommand$/,
    whenOn(
      exposes.review([
        "exec-on",
        "a shell can be opened in running tasks",
        "turn it on for an incident, and off after",
      ]),
    ),
  ),
  rule(
    /^aws:ecs\/service:/,
    /^(healthCheckGracePeriodSeconds|propagateTags|deploymentMaximumPercent|waitForSteadyState)$/,
    harmless,
  ),
  rule(
    /^aws:ecs\/taskDefinition:/,
    /(readonlyRootFilesystem|privileged|user|capabilities)/,
    ({ path, to }) =>
      (/readonlyRootFilesystem$/.test(path) && to === true) || (/privileged$/.test(path) && to !== true)
        ? undefined
        : exposes.review([
            "container-hardening",
            "the container may do more on its host than before",
            "keep it non-root, its root read-only and all capabilities dropped",
          ]),
  ),
  rule(
    /^aws:ecs\/taskDefinition:/,
    /^(cpu|memory)$/,
    whenLess(
      stops.review([
        "less-room",
        "tasks have less CPU or memory: under load they are slower, or killed",
        "measure first",
      ]),
    ),
  ),
  rule(
    /^aws:ecs\/taskDefinition:/,
    /^containerDefinitions.*(image|environment|dockerLabels|secrets|portMappings|healthCheck|stopTimeout|command|logConfiguration)/,
    harmless,
  ),
  rule(/^aws:ecs\/taskDefinition:/, /^containerDefinitions$/, ({ to }) =>
    isUnknown(to)
      ? undefined
      : rests.review(["containers", "what runs in a task changes", "read the difference"]),
  ),
  rule(
    /^aws:appautoscaling\/target:/,
    /^(min|max)Capacity$/,
    whenLess(
      stops.review([
        "fewer-tasks",
        "the app may grow less, or starts from fewer",
        "compare with the load of the last month",
      ]),
    ),
  ),
  rule(/^aws:appautoscaling\/policy:/, /./, harmless),

  // EKS
  rule(/^aws:eks\/cluster:/, /^version$/, ({ from, to }) => {
    const minor = (value: unknown) => Number(String(value).split(".")[1]);
    const step = minor(to) - minor(from);
    if (step === 1)
      return stops.review([
        "cluster-upgrade",
        `Kubernetes ${String(from)} → ${String(to)}: there is no way back, and nodes and add-ons must follow`,
        "look for removed APIs first; upgrade a stack without users before",
      ]);
    return stops.block([
      "cluster-upgrade-refused",
      step < 1
        ? "EKS never goes back to an older version"
        : `EKS goes up one minor version at a time, not ${String(from)} → ${String(to)}`,
      "one version, then the next",
    ]);
  }),
  rule(/^aws:eks\/cluster:/, /^enabledClusterLogTypes/, ({ from, to }) =>
    Array.isArray(from) && Array.isArray(to) && to.length > from.length ? undefined : watchedLess,
  ),
  rule(
    /^aws:eks\/nodeGroup:/,
    /scalingConfig\.(min|max|desired)Size$/,
    whenLess(
      stops.review(["fewer-nodes", "fewer nodes: pods may not find room", "compare with what they ask for"]),
    ),
  ),
  rule(
    /^aws:eks\/nodeGroup:/,
    /^(version|releaseVersion|launchTemplate)/,
    always(
      stops.review([
        "nodes-replaced",
        "the nodes are replaced one after another: every pod is moved",
        "disruption budgets must allow it",
      ]),
    ),
  ),

  // Network and names
  rule(
    /^aws:ec2\/route:/,
    /./,
    always(
      stops.review([
        "route-changed",
        "traffic takes another way: connections through the old one are cut",
        "do it when there is little traffic",
      ]),
    ),
  ),
  rule(
    /^aws:route53\/record:/,
    /./,
    always(
      stops.review([
        "name-changed",
        "a public name points elsewhere; resolvers keep the old answer for its TTL",
        "keep the old target until the TTL has passed",
      ]),
    ),
  ),
  rule(
    /^aws:vpc\/securityGroupEgressRule:/,
    /./,
    always(
      exposes.review([
        "way-out",
        "what may be reached from inside changes",
        "make sure that the app still reaches what it needs, and no more",
      ]),
    ),
  ),
  rule(
    /^aws:rds\/subnetGroup:|^aws:elasticache\/subnetGroup:/,
    /^subnetIds/,
    always(
      stops.review([
        "subnets",
        "the store may stand in other subnets",
        "keep one in every zone that it uses",
      ]),
    ),
  ),

  // Watching
  rule(/^aws:cloudwatch\/metricAlarm:/, /^alarmActions|^actionsEnabled|^okActions/, ({ to }) =>
    to === true || (Array.isArray(to) && to.length > 0) ? undefined : watchedLess,
  ),
  rule(/^aws:cloudwatch\/(metricAlarm|dashboard):/, /./, harmless),
  rule(/^aws:cloudwatch\/eventRule:/, /^(scheduleExpression|state)$/, ({ path, to }) =>
    path === "state" && to !== "ENABLED"
      ? rests.review(["job-off", "the job no longer runs", "say who does its work"])
      : undefined,
  ),
  rule(
    /^aws:scheduler\/schedule:/,
    /^(scheduleExpression|target\.ecsParameters\.taskDefinitionArn|target\.input)/,
    harmless,
  ),
  rule(/^aws:scheduler\/schedule:/, /^state$/, ({ to }) =>
    to === "ENABLED"
      ? undefined
      : rests.review(["job-off", "the job no longer runs", "say who does its work"]),
  ),
  rule(/^aws:cloudwatch\/logGroup:/, /^retentionInDays$/, ({ from, to }) =>
    // 0 keeps for ever
    Number(to) === 0 || (Number(from) > 0 && Number(to) >= Number(from))
      ? undefined
      : loses.review([
          "logs-cut",
          `logs older than ${String(to)} days are deleted`,
          "export them where an audit asks for longer",
        ]),
  ),
  rule(/^aws:ec2\/flowLog:/, /^trafficType$/, ({ to }) => (to === "ALL" ? undefined : watchedLess)),
  rule(/^aws:budgets\//, /./, ({ path, from, to }) =>
    /limitAmount/.test(path) && Number(to) <= Number(from)
      ? undefined
      : rests.review(["budget", "the alarm on costs changes", "say who agreed to it"]),
  ),
  rule(
    /^aws:ecr\/lifecyclePolicy:/,
    /./,
    always(
      loses.review([
        "images-expire",
        "which images are kept changes: a rollback needs the old ones",
        "keep the last ten at least",
      ]),
    ),
  ),
  rule(/^aws:ecr\/repository:/, /^imageTagMutability$/, ({ to }) =>
    to === "IMMUTABLE"
      ? undefined
      : exposes.review([
          "tags-mutable",
          "an image's tag may point elsewhere tomorrow",
          "keep tags immutable",
        ]),
  ),
];
