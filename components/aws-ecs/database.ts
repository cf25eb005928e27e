import * as pulumi from "@pulumi/pulumi";
import { alarm } from "../aws/alerts.ts";
import { authorityName } from "../aws/authority.ts";
import { child, kept, made, named, policy, tagsOf, trust } from "../aws/here.ts";
import { databaseName, monitoringRole, postgresParameters } from "../aws/postgres.ts";
import { iam, rds } from "../aws/sdk.ts";
import { egress, ingress, type SecurityGroup, securityGroup } from "../aws/securityGroup.ts";
import type { Ecs } from "./ecs.ts";

export interface Database {
  readonly arn: pulumi.Output<string>;
  readonly name: string;
  /** Host of the proxy where there is one, else of the instance. */
  readonly host: pulumi.Output<string>;
  /** Of the instance: migrations take locks that a proxy would pin. */
  readonly directHost: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  /** The owner's password, made and rotated by RDS. */
  readonly ownerSecretArn: pulumi.Output<string>;
  /** What the app must be let into: the instance's, and the proxy's where there is one. */
  readonly groups: Readonly<Record<string, SecurityGroup>>;
}

/**
 * RDS PostgreSQL 17 on gp3, encrypted with a customer key, TLS forced, in subnets without any way out; a standby in
 * another zone, replicas and a proxy by size. Its last snapshot outlives it.
 * @param appSecretArn the app's user and password, for the proxy to log in with
 */
export function database(ecs: Ecs, appSecretArn: pulumi.Input<string>): Database {
  const { context, region } = ecs;
  const { detail } = ecs.plan.database;
  const subnets = new rds.SubnetGroup(
    "database",
    {
      ...made(ecs, "database"),
      name: named(ecs, "database", 200),
      subnetIds: ecs.network.dataSubnets.map(({ id }) => id),
    },
    child(ecs),
  );
  const group = securityGroup(ecs, "database", ecs.network.vpc, "PostgreSQL");
  const settings = parameters(ecs);
  const logs = ["postgresql", "upgrade"];
  const shared = {
    instanceClass: detail.class,
    parameterGroupName: settings.name,
    vpcSecurityGroupIds: [group.id],
    publiclyAccessible: false,
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: true,
    caCertIdentifier: authorityName,
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: ecs.keys.data,
    monitoringInterval: 60,
    monitoringRoleArn: monitoringRole(ecs),
    deletionProtection: context.protect,
  };
  const identifier = named(ecs, "database", 63);
  const primary = new rds.Instance(
    "database",
    {
      ...made(ecs, "database"),
      ...shared,
      identifier,
      engine: "postgres",
      engineVersion: String(context.spec.database?.version ?? 17),
      dbName: databaseName(context.spec),
      username: "owner",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: ecs.keys.secrets,
      iamDatabaseAuthenticationEnabled: true,
      dbSubnetGroupName: subnets.name,
      storageType: "gp3",
      storageEncrypted: true,
      kmsKeyId: ecs.keys.data,
      allocatedStorage: detail.storageGb,
      maxAllocatedStorage: detail.maxStorageGb,
      multiAz: detail.multiAz,
      backupRetentionPeriod: detail.retentionDays,
      backupWindow: "01:00-02:00",
      maintenanceWindow: "sun:02:30-sun:03:30",
      enabledCloudwatchLogsExports: logs,
      skipFinalSnapshot: !context.protect,
      finalSnapshotIdentifier: `${identifier}-final`,
      applyImmediately: true,
    },
    kept(ecs),
  );
  for (let index = 1; index <= detail.replicas; index += 1) {
    new rds.Instance(
      `database-replica-${index}`,
      {
        ...made(ecs, `database-replica-${index}`),
        ...shared,
        identifier: named(ecs, `replica-${index}`, 63),
        replicateSourceDb: primary.identifier,
        storageEncrypted: true,
        enabledCloudwatchLogsExports: logs,
        skipFinalSnapshot: true,
        applyImmediately: true,
      },
      child(ecs),
    );
  }
  // One secret, as long as RDS manages the password.
  const ownerSecretArn = primary.masterUserSecrets.apply(([first]) => first?.secretArn ?? "");
  const pooled = detail.proxy ? proxy(ecs, primary, appSecretArn, group) : undefined;
  watch(ecs, primary.identifier);
  return {
    arn: primary.arn,
    name: databaseName(context.spec),
    host: pooled?.host ?? primary.address,
    directHost: primary.address,
    identifier: primary.identifier,
    ownerSecretArn,
    groups: { database: group, ...(pooled && { "database-proxy": pooled.group }) },
  };

  function watch(here: Ecs, instance: pulumi.Output<string>): void {
    const dimensions = { DBInstanceIdentifier: instance };
    const { databaseSizePercent } = context.spec.alerts;
    const free = detail.maxStorageGb * 1e9 * (1 - databaseSizePercent / 100);
    const on = (name: string, about: string, metric: string, limit: { above?: number; below?: number }) =>
      alarm(here, name, here.topicArn, { about, namespace: "AWS/RDS", metric, dimensions, ...limit });
    on("database-size", `the database is over ${databaseSizePercent} % of its size`, "FreeStorageSpace", {
      below: Math.min(free, detail.storageGb * 1e9 * 0.2),
    });
    on("database-cpu", "the database's CPU is over 80 %", "CPUUtilization", { above: 80 });
    on("database-memory", "the database has less than 100 MB of memory left", "FreeableMemory", {
      below: 1e8,
    });
  }

  function parameters(here: Ecs) {
    const { version = 17 } = context.spec.database ?? {};
    return new rds.ParameterGroup(
      "database",
      {
        region,
        tags: tagsOf(here, "database"),
        name: named(here, `postgres${version}`, 200),
        family: `postgres${version}`,
        parameters: postgresParameters(context.spec),
      },
      child(here),
    );
  }
}

/** RDS Proxy: pools the tasks' connections, and holds them through a failover. */
function proxy(
  ecs: Ecs,
  primary: InstanceType<typeof rds.Instance>,
  secretArn: pulumi.Input<string>,
  group: SecurityGroup,
) {
  const role = new iam.Role(
    "database-proxy",
    { tags: tagsOf(ecs, "database-proxy"), assumeRolePolicy: trust("rds.amazonaws.com") },
    child(ecs),
  );
  const rights = new iam.RolePolicy(
    "database-proxy",
    {
      role: role.id,
      policy: pulumi.jsonStringify(
        policy([
          { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn },
          { Effect: "Allow", Action: "kms:Decrypt", Resource: ecs.keys.secrets },
        ]),
      ),
    },
    child(ecs),
  );
  const own = securityGroup(ecs, "database-proxy", ecs.network.vpc, "RDS Proxy");
  ingress(ecs, "database-from-proxy", group, {
    referencedSecurityGroupId: own.id,
    fromPort: 5432,
    toPort: 5432,
  });
  egress(ecs, "database-proxy-to-database", own, {
    referencedSecurityGroupId: group.id,
    fromPort: 5432,
    toPort: 5432,
  });
  const it = new rds.Proxy(
    "database",
    {
      ...made(ecs, "database-proxy"),
      name: named(ecs, "database", 60),
      engineFamily: "POSTGRESQL",
      requireTls: true,
      roleArn: role.arn,
      vpcSubnetIds: ecs.network.dataSubnets.map(({ id }) => id),
      vpcSecurityGroupIds: [own.id],
      auths: [{ authScheme: "SECRETS", iamAuth: "DISABLED", secretArn }],
    },
    { ...child(ecs), dependsOn: [rights] },
  );
  const target = new rds.ProxyDefaultTargetGroup(
    "database",
    { region: ecs.region, dbProxyName: it.name, connectionPoolConfig: { maxConnectionsPercent: 90 } },
    child(ecs),
  );
  new rds.ProxyTarget(
    "database",
    {
      region: ecs.region,
      dbProxyName: it.name,
      targetGroupName: target.name,
      dbInstanceIdentifier: primary.identifier,
    },
    child(ecs),
  );
  return { host: it.endpoint, group: own };
}
