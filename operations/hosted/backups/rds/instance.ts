import {
  CreateDBSnapshotCommand,
  type DBInstance,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  paginateDescribeDBInstances,
  paginateDescribeDBSnapshots,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import { failure } from "../../../../components/model/diagnostics.ts";
import type { At, Patience, ProviderBackup, ProviderBackups } from "../provider.ts";
import { restoredBeside } from "./beside.ts";
import {
  asTags,
  isAvailable,
  isNotNow,
  isNotThere,
  type Restorable,
  type Say,
  type Tagged,
  tagsOf,
  windowOf,
} from "./restorable.ts";

/** Backups of an instance of RDS's. */
export const rdsBackups = (
  { region, instance }: At<"rds">,
  stack: string,
  patience: Patience,
): ProviderBackups => restoredBeside(instanceAt(region, instance), stack, patience);

const instanceAt = (region: string, name: string): Restorable => ({
  kind: "instance",
  name,
  region,
  longestName: 63,
  async snapshot(client, snapshot) {
    await client.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: name, DBSnapshotIdentifier: snapshot }),
    );
  },
  async snapshots(client) {
    const all: ProviderBackup[] = [];
    for await (const { DBSnapshots } of paginateDescribeDBSnapshots(
      { client },
      { DBInstanceIdentifier: name },
    ))
      for (const one of DBSnapshots ?? [])
        all.push({
          name: one.DBSnapshotIdentifier ?? "",
          kind: one.SnapshotType ?? "unknown",
          finished: (one.SnapshotCreateTime ?? new Date(0)).toISOString(),
          ok: one.Status === "available",
          bytes: null,
        });
    return all;
  },
  async window(client) {
    const living = await instanceNamed(client, name);
    return windowOf(
      living.LatestRestorableTime,
      living.BackupRetentionPeriod ?? 0,
      living.InstanceCreateTime,
    );
  },
  async all(client) {
    const all: Tagged[] = [];
    for await (const { DBInstances } of paginateDescribeDBInstances({ client }, {}))
      for (const one of DBInstances ?? [])
        all.push({ name: one.DBInstanceIdentifier ?? "", tags: tagsOf(one.TagList) });
    return all;
  },
  async begin(client, made, wanted, { isProtected, tags }) {
    const source = await instanceNamed(client, name);
    const like = {
      DBInstanceClass: source.DBInstanceClass,
      DBSubnetGroupName: source.DBSubnetGroup?.DBSubnetGroupName,
      DBParameterGroupName: source.DBParameterGroups?.[0]?.DBParameterGroupName,
      VpcSecurityGroupIds: (source.VpcSecurityGroups ?? []).flatMap(
        ({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? [],
      ),
      PubliclyAccessible: false,
      CopyTagsToSnapshot: true,
      DeletionProtection: isProtected ?? source.DeletionProtection ?? false,
      ...(tags && { Tags: asTags(tags) }),
    };
    if (wanted.backup !== undefined) {
      const from = { DBInstanceIdentifier: made, DBSnapshotIdentifier: wanted.backup };
      await client.send(new RestoreDBInstanceFromDBSnapshotCommand({ ...like, ...from }));
      return;
    }
    await client.send(
      new RestoreDBInstanceToPointInTimeCommand({
        ...like,
        SourceDBInstanceIdentifier: name,
        TargetDBInstanceIdentifier: made,
        ...(wanted.to === undefined
          ? { UseLatestRestorableTime: true }
          : { RestoreTime: new Date(wanted.to) }),
      }),
    );
  },
  async look(client, made, say) {
    const { DBInstanceStatus, Endpoint } = await instanceNamed(client, made);
    if (!isAvailable(made, DBInstanceStatus, say) || !Endpoint?.Address) return undefined;
    return { host: Endpoint.Address, port: Endpoint.Port ?? 5432 };
  },
  remove: (client, made, say) =>
    removedInstance(client, made, say, { SkipFinalSnapshot: true, DeleteAutomatedBackups: true }),
  deletion: (made) => [
    `aws rds modify-db-instance --region ${region} --db-instance-identifier ${made} --no-deletion-protection`,
    `aws rds delete-db-instance --region ${region} --db-instance-identifier ${made} --final-db-snapshot-identifier ${made}-final`,
  ],
});

export async function instanceNamed(client: RDSClient, name: string): Promise<DBInstance> {
  const { DBInstances } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
  const [found] = DBInstances ?? [];
  if (found) return found;
  throw failure(`there is no instance ${name}`, "see that the stack is up: rung status", "RDS");
}

/** Asks for its deletion where RDS takes that now. @returns true once it is gone */
export async function removedInstance(
  client: RDSClient,
  name: string,
  say: Say,
  how: { readonly SkipFinalSnapshot?: boolean; readonly DeleteAutomatedBackups?: boolean } = {},
): Promise<true | undefined> {
  try {
    const { DBInstanceStatus } = await instanceNamed(client, name);
    say(DBInstanceStatus ?? "");
    if (DBInstanceStatus !== "deleting")
      await client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: name, ...how }));
    return undefined;
  } catch (error) {
    if (isNotThere(error)) return true;
    if (isNotNow(error)) return undefined;
    throw error;
  }
}
