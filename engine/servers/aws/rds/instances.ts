import { AwsRefusal } from "../refusal.ts";
import {
  type Asked,
  begun,
  type Handler,
  isMaking,
  type Life,
  lookedAt,
  mustBeName,
  mustBeNew,
  mustEndOneWay,
  only,
  pairs,
  shownGroups,
  shownSnapshot,
  shownTags,
  statusOf,
  timeOf,
} from "./form.ts";
import type { RdsWorld } from "./index.ts";

/** An instance, as far as backups are asked about. */
export interface RdsInstance extends Life {
  readonly name: string;
  readonly class?: string;
  readonly retentionDays: number;
  readonly protected: boolean;
  readonly subnetGroup: string;
  readonly securityGroups: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Aurora's, whose data and settings are the cluster's. */
  readonly cluster?: string;
}

/** Of an instance in a cluster the cluster's alone (API Reference, CreateDBInstance). */
const ofCluster = [
  "BackupRetentionPeriod",
  "DeletionProtection",
  "KmsKeyId",
  "MasterUserPassword",
  "MasterUsername",
  "StorageEncrypted",
  "VpcSecurityGroupIds",
];

export function instanceHandlers(world: RdsWorld): Record<string, Handler> {
  const { instances, snapshots, clusters } = world;
  const real = world.make !== undefined;
  const lag = world.lagSeconds ?? 300;
  const instance = (name: string): RdsInstance => {
    const found = instances.get(name);
    if (found) return found;
    throw new AwsRefusal("DBInstanceNotFound", `DBInstance ${name} not found.`, 404);
  };
  const shown = (one: RdsInstance) => shownOf(one, lag, real);
  const added = (one: RdsInstance): string => {
    mustBeName(one.name);
    if (instances.has(one.name))
      throw new AwsRefusal("DBInstanceAlreadyExists", `DB instance ${one.name} already exists`);
    instances.set(one.name, one);
    return `<DBInstance>${shown(one)}</DBInstance>`;
  };
  const restored = (asked: Asked, name: string, from: string): RdsInstance => ({
    name,
    from,
    class: only(asked, "DBInstanceClass"),
    retentionDays: 1,
    protected: only(asked, "DeletionProtection") === "true",
    subnetGroup: only(asked, "DBSubnetGroupName"),
    securityGroups: asked.VpcSecurityGroupIds ?? [],
    tags: pairs(asked.Tags),
    looks: world.looks,
  });
  return {
    DescribeDBInstances: (asked) => {
      const name = asked.DBInstanceIdentifier?.[0];
      const found = name === undefined ? [...instances.values()] : [instance(name)];
      lookedAt(found, instances);
      return `<DBInstances>${found.map((one) => `<DBInstance>${shown(one)}</DBInstance>`).join("")}</DBInstances>`;
    },
    CreateDBInstance: (asked) => {
      const name = only(asked, "DBClusterIdentifier");
      const cluster = clusters.get(name);
      if (!cluster) throw new AwsRefusal("DBClusterNotFoundFault", `DBCluster ${name} not found.`, 404);
      if (statusOf(cluster, real) !== "available")
        throw new AwsRefusal("InvalidDBClusterStateFault", `DBCluster ${name} is not available.`);
      const not = ofCluster.filter((one) => asked[one] !== undefined);
      if (not.length > 0)
        throw new AwsRefusal(
          "InvalidParameterCombination",
          `The requested DB Instance will be a member of a DB Cluster. Set ${not.join(", ")} for the DB Cluster.`,
        );
      if (only(asked, "Engine") !== "aurora-postgresql")
        throw new AwsRefusal("InvalidParameterCombination", "The engine is not the DB Cluster's.");
      const { retentionDays, subnetGroup, securityGroups } = cluster;
      const own = { name: only(asked, "DBInstanceIdentifier"), class: only(asked, "DBInstanceClass") };
      const of = { cluster: name, retentionDays, subnetGroup, securityGroups, protected: false };
      return added({ ...own, ...of, tags: pairs(asked.Tags), looks: world.looks });
    },
    DeleteDBInstance: (asked) => {
      const found = instance(only(asked, "DBInstanceIdentifier"));
      if (found.protected)
        throw new AwsRefusal(
          "InvalidParameterCombination",
          "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        );
      if (found.cluster === undefined) mustEndOneWay(asked, "FinalDBSnapshotIdentifier");
      else if (asked.FinalDBSnapshotIdentifier)
        throw new AwsRefusal("InvalidParameterCombination", "FinalDBSnapshotIdentifier is for DB clusters.");
      if (found.deleting || isMaking(found, real))
        throw new AwsRefusal(
          "InvalidDBInstanceState",
          `Instance ${found.name} is not in the available state.`,
        );
      found.deleting = true;
      found.looks = world.looks;
      if (found.cluster === undefined) void world.unmake?.(found.name);
      return `<DBInstance>${shown(found)}</DBInstance>`;
    },
    CreateDBSnapshot: (asked) => {
      const { name: of } = instance(only(asked, "DBInstanceIdentifier"));
      const name = only(asked, "DBSnapshotIdentifier");
      mustBeNew(snapshots, name, "DBSnapshotAlreadyExists");
      const made = { name, of, made: new Date(), looks: world.looks };
      snapshots.set(name, made);
      return `<DBSnapshot>${shownSnapshot(made)}</DBSnapshot>`;
    },
    DescribeDBSnapshots: (asked) => {
      const { name } = instance(only(asked, "DBInstanceIdentifier"));
      const own = [...snapshots.values()].filter(({ of }) => of === name);
      for (const one of own) if (one.looks > 0) one.looks -= 1;
      const each = own.map(
        (one) =>
          `<DBSnapshot><DBSnapshotIdentifier>${one.name}</DBSnapshotIdentifier>${shownSnapshot(one)}</DBSnapshot>`,
      );
      return `<DBSnapshots>${each.join("")}</DBSnapshots>`;
    },
    RestoreDBInstanceFromDBSnapshot: (asked) => {
      const from = only(asked, "DBSnapshotIdentifier");
      if (!snapshots.has(from)) throw new AwsRefusal("DBSnapshotNotFound", `${from} not found`, 404);
      return added(restored(asked, only(asked, "DBInstanceIdentifier"), from));
    },
    RestoreDBInstanceToPointInTime: (asked) => {
      const source = instance(only(asked, "SourceDBInstanceIdentifier"));
      const time = timeOf(asked, "RestoreTime", lag);
      const name = only(asked, "TargetDBInstanceIdentifier");
      const made = restored(asked, name, `${source.name} at ${time ?? "latest"}`);
      const answer = added(made);
      begun(made, time, world.make, "incompatible-restore");
      return answer;
    },
  };
}

function shownOf(one: RdsInstance, lagSeconds: number, real: boolean): string {
  const { name, retentionDays, cluster } = one;
  const { address, port } = one.endpoint ?? {
    address: `${name}.rehearsal.eu-central-1.rds.amazonaws.com`,
    port: 5432,
  };
  return `<DBInstanceIdentifier>${name}</DBInstanceIdentifier><DBInstanceClass>${one.class ?? "db.t4g.micro"}</DBInstanceClass>
   <Engine>${cluster === undefined ? "postgres" : "aurora-postgresql"}</Engine>
   ${cluster === undefined ? "" : `<DBClusterIdentifier>${cluster}</DBClusterIdentifier>`}
   <DBInstanceStatus>${statusOf(one, real)}</DBInstanceStatus>
   <Endpoint><Address>${address}</Address><Port>${port}</Port></Endpoint>
   <BackupRetentionPeriod>${retentionDays}</BackupRetentionPeriod><DeletionProtection>${one.protected}</DeletionProtection>
   <LatestRestorableTime>${new Date(Date.now() - lagSeconds * 1000).toISOString()}</LatestRestorableTime>
   <InstanceCreateTime>2026-01-01T00:00:00Z</InstanceCreateTime>
   <DBSubnetGroup><DBSubnetGroupName>${one.subnetGroup}</DBSubnetGroupName></DBSubnetGroup>
   ${shownTags(one.tags)}${shownGroups(one.securityGroups)}`;
}
