import {
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  type DBCluster,
  DeleteDBClusterCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  paginateDescribeDBClusterSnapshots,
  paginateDescribeDBClusters,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import { failure } from "../../../../components/model/diagnostics.ts";
import type { At, Patience, ProviderBackup, ProviderBackups } from "../provider.ts";
import { restoredBeside } from "./beside.ts";
import { instanceNamed, removedInstance } from "./instance.ts";
import {
  asTags,
  isAvailable,
  isNotNow,
  isNotThere,
  type Restorable,
  type Tagged,
  tagsOf,
  windowOf,
} from "./restorable.ts";

/** Backups of a cluster of Aurora's; of a global database, the one that is written. */
export const auroraBackups = (
  { region, cluster }: At<"aurora">,
  stack: string,
  patience: Patience,
): ProviderBackups => restoredBeside(clusterAt(region, cluster), stack, patience);

/** Of a cluster that is restored: one instance, the writer. */
const instanceOf = (cluster: string): string => `${cluster}-1`;

const clusterAt = (region: string, name: string): Restorable => ({
  kind: "cluster",
  name,
  region,
  longestName: 63 - instanceOf("").length,
  async snapshot(client, snapshot) {
    await client.send(
      new CreateDBClusterSnapshotCommand({
        DBClusterIdentifier: name,
        DBClusterSnapshotIdentifier: snapshot,
      }),
    );
  },
  async snapshots(client) {
    const all: ProviderBackup[] = [];
    const own = { DBClusterIdentifier: name };
    for await (const { DBClusterSnapshots } of paginateDescribeDBClusterSnapshots({ client }, own))
      for (const one of DBClusterSnapshots ?? [])
        all.push({
          name: one.DBClusterSnapshotIdentifier ?? "",
          kind: one.SnapshotType ?? "unknown",
          finished: (one.SnapshotCreateTime ?? new Date(0)).toISOString(),
          ok: one.Status === "available",
          bytes: null,
        });
    return all;
  },
  async window(client) {
    const { LatestRestorableTime, EarliestRestorableTime, BackupRetentionPeriod, ClusterCreateTime } =
      await clusterNamed(client, name);
    return windowOf(
      LatestRestorableTime,
      BackupRetentionPeriod ?? 0,
      EarliestRestorableTime ?? ClusterCreateTime,
    );
  },
  async all(client) {
    const all: Tagged[] = [];
    for await (const { DBClusters } of paginateDescribeDBClusters({ client }, {}))
      for (const one of DBClusters ?? [])
        all.push({ name: one.DBClusterIdentifier ?? "", tags: tagsOf(one.TagList) });
    return all;
  },
  async begin(client, made, wanted, { isProtected, tags }) {
    const source = await clusterNamed(client, name);
    writerOf(source); // the copy's instance is to be as large
    const like = {
      DBClusterIdentifier: made,
      DBSubnetGroupName: source.DBSubnetGroup,
      DBClusterParameterGroupName: source.DBClusterParameterGroup,
      VpcSecurityGroupIds: (source.VpcSecurityGroups ?? []).flatMap(
        ({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? [],
      ),
      KmsKeyId: source.KmsKeyId,
      Port: source.Port,
      EnableIAMDatabaseAuthentication: source.IAMDatabaseAuthenticationEnabled ?? false,
      ServerlessV2ScalingConfiguration: source.ServerlessV2ScalingConfiguration,
      StorageType: source.StorageType,
      CopyTagsToSnapshot: true,
      DeletionProtection: isProtected ?? source.DeletionProtection ?? false,
      ...(tags && { Tags: asTags(tags) }),
    };
    if (wanted.backup !== undefined) {
      const from = { SnapshotIdentifier: wanted.backup, ...(await madeBy(client, wanted.backup)) };
      await client.send(new RestoreDBClusterFromSnapshotCommand({ ...like, ...from }));
      return;
    }
    await client.send(
      new RestoreDBClusterToPointInTimeCommand({
        ...like,
        SourceDBClusterIdentifier: name,
        ...(wanted.to === undefined
          ? { UseLatestRestorableTime: true }
          : { RestoreToTime: new Date(wanted.to) }),
      }),
    );
  },
  /** The cluster first: RDS takes an instance into one that is available alone. */
  async look(client, made, say) {
    const { Status, Endpoint, Port, TagList } = await clusterNamed(client, made);
    if (!isAvailable(made, Status, say) || !Endpoint) return undefined;
    const instance = instanceOf(made);
    try {
      const { DBInstanceStatus } = await instanceNamed(client, instance);
      return isAvailable(instance, DBInstanceStatus, say)
        ? { host: Endpoint, port: Port ?? 5432 }
        : undefined;
    } catch (error) {
      if (!isNotThere(error)) throw error;
    }
    const like = await instanceNamed(client, writerOf(await clusterNamed(client, name)));
    await client.send(
      new CreateDBInstanceCommand({
        DBClusterIdentifier: made,
        DBInstanceIdentifier: instance,
        DBInstanceClass: like.DBInstanceClass,
        Engine: like.Engine,
        DBParameterGroupName: like.DBParameterGroups?.[0]?.DBParameterGroupName,
        CACertificateIdentifier: like.CACertificateIdentifier,
        PubliclyAccessible: false,
        // Those that begin with `aws:` are AWS's own to give.
        Tags: (TagList ?? []).filter(({ Key = "" }) => !Key.startsWith("aws:")),
      }),
    );
    return undefined;
  },
  /** Instances first: RDS deletes no cluster that holds one. */
  async remove(client, made, say) {
    try {
      const { Status, DBClusterMembers = [] } = await clusterNamed(client, made);
      say(Status ?? "");
      for (const { DBInstanceIdentifier = "" } of DBClusterMembers)
        await removedInstance(client, DBInstanceIdentifier, say);
      if (DBClusterMembers.length === 0 && Status !== "deleting")
        await client.send(
          new DeleteDBClusterCommand({
            DBClusterIdentifier: made,
            SkipFinalSnapshot: true,
            DeleteAutomatedBackups: true,
          }),
        );
      return undefined;
    } catch (error) {
      if (isNotThere(error)) return true;
      if (isNotNow(error)) return undefined;
      throw error;
    }
  },
  deletion: (made) => [
    `aws rds delete-db-instance --region ${region} --db-instance-identifier ${instanceOf(made)}`,
    `aws rds wait db-instance-deleted --region ${region} --db-instance-identifier ${instanceOf(made)}`,
    `aws rds modify-db-cluster --region ${region} --db-cluster-identifier ${made} --no-deletion-protection`,
    `aws rds delete-db-cluster --region ${region} --db-cluster-identifier ${made} --final-db-snapshot-identifier ${made}-final`,
  ],
});

async function clusterNamed(client: RDSClient, name: string): Promise<DBCluster> {
  const { DBClusters } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: name }));
  const [found] = DBClusters ?? [];
  if (found) return found;
  throw failure(`there is no cluster ${name}`, "see that the stack is up: rung status", "RDS");
}

/** @returns the instance that writes @throws DiagnosticsError in a region of a global database that holds a copy */
function writerOf({ DBClusterIdentifier, DBClusterMembers = [] }: DBCluster): string {
  const writer = DBClusterMembers.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier;
  if (writer) return writer;
  throw failure(
    `${DBClusterIdentifier} has no instance that writes: another region leads, or its instances are gone`,
    "see that rung:primary names the region that leads, then rung up",
    "RDS",
  );
}

/** Without these RDS would restore a snapshot into the newest version there is. */
async function madeBy(client: RDSClient, snapshot: string) {
  const { DBClusterSnapshots } = await client.send(
    new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: snapshot }),
  );
  const [found] = DBClusterSnapshots ?? [];
  return { Engine: found?.Engine, EngineVersion: found?.EngineVersion };
}
