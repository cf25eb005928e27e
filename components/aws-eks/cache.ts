import * as pulumi from "@pulumi/pulumi";
import { alarm } from "../aws/alerts.ts";
import { watchNodes } from "../aws/cacheNodes.ts";
import { child, made, named, tagsOf } from "../aws/here.ts";
import { elasticache } from "../aws/sdk.ts";
import { type SecurityGroup, securityGroup } from "../aws/securityGroup.ts";
import type { Eks, Place } from "./eks.ts";

type ReplicationGroup = InstanceType<typeof elasticache.ReplicationGroup>;

export interface Cache {
  /** Of the primary: the one that takes writes. */
  readonly url: pulumi.Output<string>;
  readonly globalId: pulumi.Output<string>;
  /** By region. */
  readonly groups: ReadonlyMap<string, { readonly id: pulumi.Output<string>; readonly group: SecurityGroup }>;
  /** All that must be there before anything connects. */
  readonly members: readonly pulumi.Resource[];
}

/**
 * ElastiCache for Valkey as a global datastore: TLS, a password, encrypted at rest with each region's key, replicas in
 * other zones. The others are made from the founder's; which one takes writes is no matter of these resources.
 */
export function cache(eks: Eks, places: readonly Place[], password: pulumi.Output<string>): Cache {
  const { detail } = eks.plan.cache;
  const members = new Map<string, { it: ReplicationGroup; group: SecurityGroup }>();
  let all: InstanceType<typeof elasticache.GlobalReplicationGroup> | undefined;
  for (const place of places) {
    const member = regional(place, password, all);
    members.set(place.region, member);
    all ??= new elasticache.GlobalReplicationGroup(
      "cache",
      {
        region: place.region,
        globalReplicationGroupIdSuffix: named(eks, "cache", 40),
        globalReplicationGroupDescription: named(eks, "cache", 200),
        primaryReplicationGroupId: member.it.id,
        // A change of node goes by the whole, and to every member.
        cacheNodeType: detail.node,
        automaticFailoverEnabled: true,
      },
      // After a failover it is another one.
      { ...child(eks), ignoreChanges: ["primaryReplicationGroupId"] },
    );
  }
  const writing = members.get(eks.regions.primary);
  if (!all || !writing) throw new Error("a cache without a primary region"); // regionsOf() has looked
  return {
    url: pulumi.interpolate`rediss://:${password}@${writing.it.primaryEndpointAddress}:6379`,
    globalId: all.globalReplicationGroupId,
    groups: new Map([...members].map(([region, { it, group }]) => [region, { id: it.id, group }])),
    members: [all, ...[...members.values()].map(({ it }) => it)],
  };
}

function regional(
  place: Place,
  password: pulumi.Output<string>,
  all: InstanceType<typeof elasticache.GlobalReplicationGroup> | undefined,
) {
  const { detail } = place.plan.cache;
  const name = `${place.prefix}cache`;
  const subnets = new elasticache.SubnetGroup(
    name,
    {
      ...made(place, name),
      name: named(place, "cache", 200),
      subnetIds: place.network.dataSubnets.map(({ id }) => id),
    },
    child(place),
  );
  const group = securityGroup(place, name, place.network.vpc, "Valkey");
  const count = 1 + detail.replicas;
  const it = new elasticache.ReplicationGroup(
    name,
    {
      ...made(place, name),
      replicationGroupId: named(place, `cache-${place.region}`, 40),
      description: named(place, name, 200),
      // Engine, node and encryption of those that join are the founder's.
      ...(all ? { globalReplicationGroupId: all.globalReplicationGroupId } : ofFounder(place)),
      numCacheClusters: count,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      port: 6379,
      subnetGroupName: subnets.name,
      securityGroupIds: [group.id],
      kmsKeyId: place.keys.data,
      authToken: password,
      authTokenUpdateStrategy: "ROTATE",
      maintenanceWindow: "sun:03:30-sun:04:30",
      snapshotRetentionLimit: 7,
      applyImmediately: true,
    },
    {
      ...child(place),
      ignoreChanges: [
        "nodeType",
        "engine",
        "engineVersion",
        "parameterGroupName",
        "globalReplicationGroupId",
      ],
    },
  );
  watchNodes(
    place,
    { id: it.id, count, evicts: detail.policy === "allkeys-lru" },
    place.topicArn,
    place.prefix,
  );
  alarm(place, `${place.prefix}cache-lag`, place.topicArn, {
    about: `the copy of the cache is over a minute behind, ${place.region}`,
    namespace: "AWS/ElastiCache",
    metric: "GlobalDatastoreReplicationLag",
    dimensions: { CacheClusterId: pulumi.interpolate`${it.id}-001` },
    above: 60,
  });
  return { it, group };
}

function ofFounder(place: Place) {
  const { detail } = place.plan.cache;
  const name = `${place.prefix}cache`;
  const settings = new elasticache.ParameterGroup(
    name,
    {
      region: place.region,
      tags: tagsOf(place, name),
      name: named(place, "valkey8", 200),
      family: "valkey8",
      parameters: [{ name: "maxmemory-policy", value: detail.policy }],
    },
    child(place),
  );
  return {
    engine: "valkey",
    engineVersion: "8.0",
    nodeType: detail.node,
    parameterGroupName: settings.name,
    transitEncryptionEnabled: true,
    atRestEncryptionEnabled: true,
  };
}
