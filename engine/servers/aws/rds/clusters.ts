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
  type RdsSnapshot,
  shownGroups,
  shownSnapshot,
  shownTags,
  statusOf,
  timeOf,
} from "./form.ts";
import type { RdsWorld } from "./index.ts";

/** A cluster of Aurora PostgreSQL, as far as backups are asked about; its instances are among those of RDS. */
export interface RdsCluster extends Life {
  readonly name: string;
  readonly retentionDays: number;
  readonly protected: boolean;
  readonly subnetGroup: string;
  readonly securityGroups: readonly string[];
  readonly parameterGroup: string;
  readonly key: string;
  readonly engineVersion: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Which of its instances writes; none where another region of a global database leads. */
  readonly writer?: string;
}

/** The version that it was made by outlives the cluster's next one. */
export interface RdsClusterSnapshot extends RdsSnapshot {
  readonly engineVersion: string;
}

const engine = "aurora-postgresql";
/** What a restore from a snapshot is made with that names no version. */
const newest = "17.9";

export function clusterHandlers(world: RdsWorld): Record<string, Handler> {
  const { clusters, clusterSnapshots: snapshots, instances } = world;
  const real = world.make !== undefined;
  const lag = world.lagSeconds ?? 300;
  const cluster = (name: string): RdsCluster => {
    const found = clusters.get(name);
    if (found) return found;
    throw new AwsRefusal("DBClusterNotFoundFault", `DBCluster ${name} not found.`, 404);
  };
  const snapshot = (name: string): RdsClusterSnapshot => {
    const found = snapshots.get(name);
    if (found) return found;
    throw new AwsRefusal("DBClusterSnapshotNotFoundFault", `DBClusterSnapshot ${name} not found.`, 404);
  };
  const membersOf = (name: string) => [...instances.values()].filter((one) => one.cluster === name);
  const shown = (one: RdsCluster) => shownOf(one, { members: membersOf(one.name), lag, real });
  const restored = (asked: Asked, from: string, engineVersion: string): RdsCluster => {
    const name = only(asked, "DBClusterIdentifier");
    mustBeName(name);
    if (clusters.has(name))
      throw new AwsRefusal("DBClusterAlreadyExistsFault", `DB Cluster ${name} already exists`);
    const made: RdsCluster = {
      name,
      from,
      engineVersion,
      retentionDays: 1,
      protected: only(asked, "DeletionProtection") === "true",
      subnetGroup: only(asked, "DBSubnetGroupName"),
      securityGroups: asked.VpcSecurityGroupIds ?? [],
      parameterGroup: only(asked, "DBClusterParameterGroupName") || "default.aurora-postgresql17",
      key: only(asked, "KmsKeyId"),
      tags: pairs(asked.Tags),
      writer: `${name}-1`,
      looks: world.looks,
    };
    clusters.set(name, made);
    return made;
  };
  return {
    DescribeDBClusters: (asked) => {
      const name = asked.DBClusterIdentifier?.[0];
      const found = name === undefined ? [...clusters.values()] : [cluster(name)];
      lookedAt(found, clusters);
      return `<DBClusters>${found.map((one) => `<DBCluster>${shown(one)}</DBCluster>`).join("")}</DBClusters>`;
    },
    DeleteDBCluster: (asked) => {
      const found = cluster(only(asked, "DBClusterIdentifier"));
      if (found.protected)
        throw new AwsRefusal(
          "InvalidParameterCombination",
          "Cannot delete protected Cluster, please disable deletion protection and try again.",
        );
      mustEndOneWay(asked, "FinalDBSnapshotIdentifier");
      if (membersOf(found.name).some(({ deleting }) => !deleting))
        throw new AwsRefusal(
          "InvalidDBClusterStateFault",
          "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
        );
      if (found.deleting || isMaking(found, real))
        throw new AwsRefusal("InvalidDBClusterStateFault", `Cluster ${found.name} is not available.`);
      found.deleting = true;
      found.looks = world.looks;
      void world.unmake?.(found.name);
      return `<DBCluster>${shown(found)}</DBCluster>`;
    },
    CreateDBClusterSnapshot: (asked) => {
      const { name: of, engineVersion } = cluster(only(asked, "DBClusterIdentifier"));
      const name = only(asked, "DBClusterSnapshotIdentifier");
      mustBeNew(snapshots, name, "DBClusterSnapshotAlreadyExistsFault");
      const made = { name, of, engineVersion, made: new Date(), looks: world.looks };
      snapshots.set(name, made);
      return `<DBClusterSnapshot>${shownSnapshot(made)}</DBClusterSnapshot>`;
    },
    DescribeDBClusterSnapshots: (asked) => {
      const [of, name] = [asked.DBClusterIdentifier?.[0], asked.DBClusterSnapshotIdentifier?.[0]];
      if (of !== undefined) cluster(of);
      const own = name === undefined ? [...snapshots.values()] : [snapshot(name)];
      const found = own.filter((one) => of === undefined || one.of === of);
      for (const one of found) if (one.looks > 0) one.looks -= 1;
      const each = found.map(
        (one) =>
          `<DBClusterSnapshot><DBClusterSnapshotIdentifier>${one.name}</DBClusterSnapshotIdentifier>
           <Engine>${engine}</Engine><EngineVersion>${one.engineVersion}</EngineVersion>
           ${shownSnapshot(one)}</DBClusterSnapshot>`,
      );
      return `<DBClusterSnapshots>${each.join("")}</DBClusterSnapshots>`;
    },
    RestoreDBClusterFromSnapshot: (asked) => {
      const from = snapshot(only(asked, "SnapshotIdentifier"));
      if (only(asked, "Engine") !== engine)
        throw new AwsRefusal("InvalidParameterCombination", "The engine is not the snapshot's.");
      const version = only(asked, "EngineVersion") || newest;
      return `<DBCluster>${shown(restored(asked, from.name, version))}</DBCluster>`;
    },
    RestoreDBClusterToPointInTime: (asked) => {
      const source = cluster(only(asked, "SourceDBClusterIdentifier"));
      const time = timeOf(asked, "RestoreToTime", lag);
      const made = restored(asked, `${source.name} at ${time ?? "latest"}`, source.engineVersion);
      begun(made, time, world.make, "migration-failed");
      return `<DBCluster>${shown(made)}</DBCluster>`;
    },
  };
}

function shownOf(
  one: RdsCluster,
  about: { members: readonly { readonly name: string }[]; lag: number; real: boolean },
): string {
  const { name, retentionDays } = one;
  const { address, port } = one.endpoint ?? {
    address: `${name}.cluster-rehearsal.eu-central-1.rds.amazonaws.com`,
    port: 5432,
  };
  const latest = Date.now() - about.lag * 1000;
  const earliest = latest - retentionDays * 24 * 60 * 60 * 1000;
  const members = about.members.map(
    (member) =>
      `<DBClusterMember><DBInstanceIdentifier>${member.name}</DBInstanceIdentifier>
       <IsClusterWriter>${member.name === one.writer}</IsClusterWriter></DBClusterMember>`,
  );
  return `<DBClusterIdentifier>${name}</DBClusterIdentifier><Status>${statusOf(one, about.real)}</Status>
   <Endpoint>${address}</Endpoint><Port>${port}</Port><Engine>${engine}</Engine>
   <EngineVersion>${one.engineVersion}</EngineVersion><KmsKeyId>${one.key}</KmsKeyId>
   <DBSubnetGroup>${one.subnetGroup}</DBSubnetGroup><DBClusterParameterGroup>${one.parameterGroup}</DBClusterParameterGroup>
   <BackupRetentionPeriod>${retentionDays}</BackupRetentionPeriod><DeletionProtection>${one.protected}</DeletionProtection>
   <IAMDatabaseAuthenticationEnabled>true</IAMDatabaseAuthenticationEnabled><StorageType>aurora</StorageType>
   <EarliestRestorableTime>${new Date(earliest).toISOString()}</EarliestRestorableTime>
   <LatestRestorableTime>${new Date(latest).toISOString()}</LatestRestorableTime>
   <DBClusterMembers>${members.join("")}</DBClusterMembers>
   ${shownTags(one.tags)}${shownGroups(one.securityGroups)}`;
}
