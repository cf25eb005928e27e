import {
  CreateDBSnapshotCommand,
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  type Tag,
} from "@aws-sdk/client-rds";
import { failure } from "../../../components/model/diagnostics.ts";
import { until } from "../../../components/providers/kit/wait.ts";
import { step } from "../../progress.ts";
import { awsClient, cannotAsk } from "../aws.ts";
import type { At, Patience, ProviderBackup, ProviderBackups, WantedOfProvider } from "./provider.ts";
import { rdsCopies } from "./rdsCopies.ts";

/**
 * RDS's own: snapshots, and recovery to any point in time. RDS restores into a new instance, never in place: it is made
 * with the subnets, security groups and parameters of the living one, protected as that is, and left to a person.
 */
export function rdsBackups(
  { region, instance }: At<"rds">,
  stack: string,
  patience: Patience,
): ProviderBackups {
  const asked = async <T>(work: (client: RDSClient) => Promise<T>): Promise<T> => {
    const client = new RDSClient(await awsClient(region, stack));
    try {
      return await work(client);
    } catch (error) {
      throw cannotAsk("RDS", error);
    } finally {
      client.destroy();
    }
  };
  const snapshots = () => asked((client) => snapshotsOf(client, instance));
  return {
    now: (report) =>
      step(report, "snapshot", (say) =>
        asked(async (client) => {
          // RDS takes letters, digits and hyphens.
          const name = `${instance}-${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}`;
          await client.send(
            new CreateDBSnapshotCommand({ DBInstanceIdentifier: instance, DBSnapshotIdentifier: name }),
          );
          await until(
            async () => {
              const found = (await snapshotsOf(client, instance)).find((one) => one.name === name);
              say(found?.ok ? "available" : "being made");
              return found?.ok ? found : undefined;
            },
            { what: `the snapshot ${name} to be available`, ...waiting(patience) },
          );
          return name;
        }),
      ),
    list: snapshots,
    copies: rdsCopies(asked, instance, patience),
    window: () => asked(async (client) => windowOf(await instanceNamed(client, instance))),
    async restore(wanted, beside, report) {
      if (beside === undefined)
        throw failure(
          "RDS restores into a new instance, never over the living one",
          "say --beside NAME; what is missing is copied back from there, or the stack is moved to it",
          "--in-place",
          64,
        );
      const began = performance.now();
      const made = `${instance}-${beside}`;
      const endpoint = await asked(async (client) => {
        const source = await instanceNamed(client, instance);
        await refuseTaken(client, made);
        await step(report, "restore", () => restored(client, source, made, wanted));
        return step(report, "instance", (say) =>
          until(
            async () => {
              const now = await instanceNamed(client, made);
              say(now.DBInstanceStatus ?? "");
              return now.DBInstanceStatus === "available" ? (now.Endpoint?.Address ?? made) : undefined;
            },
            { what: `${made} to be available`, ...waiting(patience) },
          ),
        );
      });
      return {
        into: made,
        seconds: (performance.now() - began) / 1000,
        next: [
          `it answers at ${endpoint}, in the same subnets, with the owner's password of then`,
          "look: RUNG_DATABASE_URL=postgresql://owner:…@<that address>/… rung db validate",
          `when it is not needed any more: aws rds delete-db-instance --db-instance-identifier ${made} --final-db-snapshot-identifier ${made}-final`,
        ],
      };
    },
  };
}

export const waiting = ({ withinSeconds, everyMs }: Patience) => ({
  everyMs,
  seconds: withinSeconds,
  signal: new AbortController().signal,
});

async function snapshotsOf(client: RDSClient, instance: string): Promise<ProviderBackup[]> {
  const all: ProviderBackup[] = [];
  let Marker: string | undefined;
  do {
    const answer = await client.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: instance, ...(Marker && { Marker }) }),
    );
    for (const one of answer.DBSnapshots ?? [])
      all.push({
        name: one.DBSnapshotIdentifier ?? "",
        kind: one.SnapshotType ?? "unknown",
        finished: (one.SnapshotCreateTime ?? new Date(0)).toISOString(),
        ok: one.Status === "available",
        bytes: null,
      });
    Marker = answer.Marker;
  } while (Marker);
  return all.toSorted((a, b) => a.finished.localeCompare(b.finished));
}

export async function instanceNamed(client: RDSClient, name: string): Promise<DBInstance> {
  const { DBInstances } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
  const [found] = DBInstances ?? [];
  if (found) return found;
  throw failure(`there is no instance ${name}`, "see that the stack is up: rung status", "RDS");
}

/** Never guessed: RDS gives the latest; the earliest is as old as what is kept, and no older than the instance. */
function windowOf({ LatestRestorableTime, BackupRetentionPeriod = 0, InstanceCreateTime }: DBInstance) {
  if (!LatestRestorableTime || BackupRetentionPeriod === 0) return undefined;
  const kept = LatestRestorableTime.getTime() - BackupRetentionPeriod * 24 * 60 * 60 * 1000;
  const earliest = new Date(Math.max(kept, InstanceCreateTime?.getTime() ?? 0));
  return { earliest: earliest.toISOString(), latest: LatestRestorableTime.toISOString() };
}

export const isNotThere = (error: unknown): boolean =>
  error instanceof Error && ["DBInstanceNotFoundFault", "DBInstanceNotFound"].includes(error.name);

async function refuseTaken(client: RDSClient, name: string): Promise<void> {
  const there = await client
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }))
    .then(({ DBInstances = [] }) => DBInstances.length > 0)
    .catch((error: unknown) => {
      if (isNotThere(error)) return false;
      throw error;
    });
  if (there) throw failure(`there is an instance ${name} already`, "choose another name", "--beside", 64);
}

/** Begins it, as closed as the living one. @param more what is said besides, or otherwise */
export async function restored(
  client: RDSClient,
  source: DBInstance,
  made: string,
  wanted: WantedOfProvider,
  more: { readonly DeletionProtection?: boolean; readonly Tags?: Tag[] } = {},
) {
  const like = {
    DBInstanceClass: source.DBInstanceClass,
    DBSubnetGroupName: source.DBSubnetGroup?.DBSubnetGroupName,
    DBParameterGroupName: source.DBParameterGroups?.[0]?.DBParameterGroupName,
    VpcSecurityGroupIds: (source.VpcSecurityGroups ?? []).flatMap(
      ({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? [],
    ),
    PubliclyAccessible: false,
    CopyTagsToSnapshot: true,
    DeletionProtection: source.DeletionProtection ?? false,
    ...more,
  };
  if (wanted.backup !== undefined) {
    const DBSnapshotIdentifier = wanted.backup;
    await client.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        ...like,
        DBInstanceIdentifier: made,
        DBSnapshotIdentifier,
      }),
    );
    return;
  }
  await client.send(
    new RestoreDBInstanceToPointInTimeCommand({
      ...like,
      SourceDBInstanceIdentifier: source.DBInstanceIdentifier,
      TargetDBInstanceIdentifier: made,
      ...(wanted.to === undefined ? { UseLatestRestorableTime: true } : { RestoreTime: new Date(wanted.to) }),
    }),
  );
}
