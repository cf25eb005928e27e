/*
 * Runs as a Lambda function: moves the writer of the database and of the cache to a region, and waits until it is there.
 * The runtime holds the SDK. Called again when all is as it should be, it does nothing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeGlobalReplicationGroupsCommand,
  ElastiCacheClient,
  FailoverGlobalReplicationGroupCommand,
} from "@aws-sdk/client-elasticache";
import {
  DescribeGlobalClustersCommand,
  FailoverGlobalClusterCommand,
  RDSClient,
  SwitchoverGlobalClusterCommand,
} from "@aws-sdk/client-rds";

/** What the stack asks for. */
export interface Wanted {
  /** Where data is to be written: the region that the function runs in. */
  readonly region: string;
  /** The global database, and the ARN of its cluster in that region. */
  readonly database?: { readonly globalId: string; readonly cluster: string };
  /** The global datastore, and its replication group in that region. */
  readonly cache?: { readonly globalId: string; readonly group: string };
  /** Leave a primary that does not answer, and what it had not yet sent. */
  readonly allowDataLoss: boolean;
}

/** What was done; `stayed` where nothing was to do. */
export interface Moved {
  readonly database: "stayed" | "switched" | "failed over" | "none";
  readonly cache: "stayed" | "switched" | "none";
}

const pauseMs = Number(process.env.POLL_MS ?? 5000);
/** Under Lambda's own limit of a quarter of an hour. */
const patienceMs = () => Number(process.env.PATIENCE_MS ?? 13 * 60_000);

/** @throws Error when the writer is not there in the end; the stack's `up` then fails, and may be run again */
export async function handler(wanted: Wanted): Promise<Moved> {
  const until = Date.now() + patienceMs();
  // The database first: what it holds cannot be made anew.
  const database = wanted.database ? await moveDatabase(wanted, wanted.database, until) : "none";
  const cache = wanted.cache ? await moveCache(wanted.region, wanted.cache, until) : "none";
  return { database, cache };
}

async function moveDatabase(
  { region, allowDataLoss }: Wanted,
  { globalId, cluster }: NonNullable<Wanted["database"]>,
  until: number,
): Promise<Moved["database"]> {
  const here = new RDSClient({ region });
  const look = async () => {
    const query = new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: globalId });
    const [found] = (await here.send(query)).GlobalClusters ?? [];
    if (!found) throw new Error(`there is no global database ${globalId}`);
    const writer = found.GlobalClusterMembers?.find(({ IsWriter }) => IsWriter)?.DBClusterArn;
    return { status: found.Status, writer };
  };
  const before = await look();
  if (before.writer === cluster) return "stayed";
  const target = { GlobalClusterIdentifier: globalId, TargetDbClusterIdentifier: cluster };
  if (allowDataLoss) {
    await here.send(new FailoverGlobalClusterCommand({ ...target, AllowDataLoss: true }));
  } else {
    // A switch is asked of the region that writes: it sends what it still holds before it steps back.
    const from = before.writer?.split(":")[3] ?? region;
    await new RDSClient({ region: from }).send(new SwitchoverGlobalClusterCommand(target));
  }
  await reached(until, `${globalId} is written in ${region}`, async () => {
    const { writer, status } = await look();
    return writer === cluster && status === "available";
  });
  return allowDataLoss ? "failed over" : "switched";
}

async function moveCache(
  region: string,
  { globalId, group }: NonNullable<Wanted["cache"]>,
  until: number,
): Promise<Moved["cache"]> {
  const here = new ElastiCacheClient({ region });
  const look = async () => {
    const query = new DescribeGlobalReplicationGroupsCommand({
      GlobalReplicationGroupId: globalId,
      ShowMemberInfo: true,
    });
    const [found] = (await here.send(query)).GlobalReplicationGroups ?? [];
    if (!found) throw new Error(`there is no global datastore ${globalId}`);
    const primary = found.Members?.find(({ Role }) => Role === "PRIMARY")?.ReplicationGroupId;
    return { status: found.Status, primary };
  };
  if ((await look()).primary === group) return "stayed";
  await here.send(
    new FailoverGlobalReplicationGroupCommand({
      GlobalReplicationGroupId: globalId,
      PrimaryRegion: region,
      PrimaryReplicationGroupId: group,
    }),
  );
  await reached(until, `${globalId} is written in ${region}`, async () => {
    const { primary, status } = await look();
    return primary === group && (status === "available" || status === "primary-only");
  });
  return "switched";
}

async function reached(until: number, what: string, look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) {
    if (Date.now() > until) throw new Error(`not so in time: ${what}`);
    await sleep(pauseMs);
  }
}
