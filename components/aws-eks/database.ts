import type * as pulumi from "@pulumi/pulumi";
import { alarm } from "../aws/alerts.ts";
import { authorityName } from "../aws/authority.ts";
import { child, kept, made, named, tagsOf } from "../aws/here.ts";
import { databaseName, monitoringRole, postgresParameters } from "../aws/postgres.ts";
import { rds } from "../aws/sdk.ts";
import { type SecurityGroup, securityGroup } from "../aws/securityGroup.ts";
import type { Eks, Place } from "./eks.ts";

/** One region's cluster: the writer's, or a copy that can become it. */
export interface RegionalDatabase {
  readonly arn: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  /** Where data is written, while the region is the primary. */
  readonly host: pulumi.Output<string>;
  readonly group: SecurityGroup;
  /** All that must be there before anything connects. */
  readonly instances: readonly pulumi.Resource[];
}

export interface Database {
  /** The app's, in every cluster. */
  readonly name: string;
  readonly globalId: pulumi.Output<string>;
  readonly globalArn: pulumi.Output<string>;
  /** By region. */
  readonly clusters: ReadonlyMap<string, RegionalDatabase>;
}

/**
 * Minor versions of Aurora that are named, as the members of a global database must be of one and are raised together
 * (Aurora User Guide, "Upgrading an Amazon Aurora global database"; 17.5 and 16.9 are there since 2025).
 */
const engineVersions = { 16: "16.9", 17: "17.5" } as const;
const engine = "aurora-postgresql";

/**
 * Aurora PostgreSQL as a global database: one cluster a region, encrypted with the region's customer key, TLS forced, IAM
 * login, in subnets without any way out. The founder is made first and the others from it; who writes is no matter of
 * these resources, so a failover changes none of them.
 */
export function database(eks: Eks, places: readonly Place[], ownerPassword: pulumi.Output<string>): Database {
  const { context } = eks;
  const name = databaseName(context.spec);
  const version = context.spec.database?.version ?? 17;
  const all = new rds.GlobalCluster(
    "database",
    {
      ...made(eks, "database"),
      globalClusterIdentifier: named(eks, "database", 63),
      engine,
      engineVersion: engineVersions[version],
      databaseName: name,
      storageEncrypted: true,
      deletionProtection: context.protect,
    },
    kept(eks),
  );
  const monitoring = monitoringRole(eks);
  const clusters = new Map<string, RegionalDatabase>();
  for (const place of places) {
    const founder = clusters.get(eks.regions.founder);
    const origin = founder
      ? { sourceRegion: eks.regions.founder }
      : { databaseName: name, masterUsername: "owner", masterPassword: ownerPassword };
    clusters.set(place.region, regional(place, all, monitoring, origin, founder?.instances ?? []));
  }
  return { name, globalId: all.id, globalArn: all.arn, clusters };
}

type Origin = Pick<
  ConstructorParameters<typeof rds.Cluster>[1],
  "sourceRegion" | "databaseName" | "masterUsername" | "masterPassword"
>;

function regional(
  place: Place,
  all: InstanceType<typeof rds.GlobalCluster>,
  monitoringRoleArn: pulumi.Output<string>,
  origin: Origin,
  after: readonly pulumi.Resource[],
): RegionalDatabase {
  const { context, prefix, region } = place;
  const { detail } = place.plan.database;
  const name = `${prefix}database`;
  const subnets = new rds.SubnetGroup(
    name,
    {
      ...made(place, name),
      name: named(place, "database", 200),
      subnetIds: place.network.dataSubnets.map(({ id }) => id),
    },
    child(place),
  );
  const group = securityGroup(place, name, place.network.vpc, "PostgreSQL");
  const version = context.spec.database?.version ?? 17;
  const settings = new rds.ClusterParameterGroup(
    name,
    {
      region,
      tags: tagsOf(place, name),
      name: named(place, `aurora-postgres${version}`, 200),
      family: `aurora-postgresql${version}`,
      parameters: postgresParameters(context.spec),
    },
    child(place),
  );
  const clusterIdentifier = named(place, `database-${region}`, 58);
  const cluster = new rds.Cluster(
    name,
    {
      ...made(place, name),
      ...origin,
      clusterIdentifier,
      globalClusterIdentifier: all.id,
      engine,
      engineVersion: all.engineVersion,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [group.id],
      dbClusterParameterGroupName: settings.name,
      storageEncrypted: true,
      kmsKeyId: place.keys.data,
      iamDatabaseAuthenticationEnabled: true,
      backupRetentionPeriod: detail.retentionDays,
      preferredBackupWindow: "01:00-02:00",
      preferredMaintenanceWindow: "sun:02:30-sun:03:30",
      enabledCloudwatchLogsExports: ["postgresql"],
      copyTagsToSnapshot: true,
      deletionProtection: context.protect,
      skipFinalSnapshot: !context.protect,
      finalSnapshotIdentifier: `${clusterIdentifier}-final`,
      applyImmediately: true,
    },
    {
      ...kept(place),
      dependsOn: [...after],
      // A failover turns the roles round, an upgrade goes by the global cluster: neither is this one's to undo.
      ignoreChanges: ["replicationSourceIdentifier", "globalClusterIdentifier", "engineVersion"],
    },
  );
  const instances = Array.from({ length: detail.instances }, (_, index) =>
    instance(place, cluster, monitoringRoleArn, index + 1),
  );
  watch(place, cluster.clusterIdentifier);
  return {
    arn: cluster.arn,
    identifier: cluster.clusterIdentifier,
    host: cluster.endpoint,
    group,
    instances: [cluster, ...instances],
  };
}

const instance = (
  place: Place,
  cluster: InstanceType<typeof rds.Cluster>,
  monitoringRoleArn: pulumi.Output<string>,
  number: number,
) =>
  new rds.ClusterInstance(
    `${place.prefix}database-${number}`,
    {
      ...made(place, `${place.prefix}database-${number}`),
      identifier: named(place, `database-${place.region}-${number}`, 63),
      clusterIdentifier: cluster.id,
      engine,
      engineVersion: cluster.engineVersion,
      instanceClass: place.plan.database.detail.class,
      dbSubnetGroupName: cluster.dbSubnetGroupName,
      publiclyAccessible: false,
      caCertIdentifier: authorityName,
      promotionTier: number,
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: place.keys.data,
      monitoringInterval: 60,
      monitoringRoleArn,
      applyImmediately: true,
    },
    // The data is the cluster's: one instance fewer loses none.
    { ...child(place), ignoreChanges: ["engineVersion"] },
  );

function watch(place: Place, identifier: pulumi.Output<string>): void {
  const on = (name: string, about: string, metric: string, limit: { above?: number; below?: number }) =>
    alarm(place, `${place.prefix}database-${name}`, place.topicArn, {
      about: `${about}, ${place.region}`,
      namespace: "AWS/RDS",
      metric,
      dimensions: { DBClusterIdentifier: identifier },
      ...limit,
    });
  on("cpu", "the database's CPU is over 80 %", "CPUUtilization", { above: 80 });
  on("memory", "the database has less than 1 GB of memory left", "FreeableMemory", { below: 1e9 });
  // In milliseconds; nothing is measured where data is written.
  on("lag", "the copy of the database is over a minute behind", "AuroraGlobalDBReplicationLag", {
    above: 60_000,
  });
}
