import * as pulumi from "@pulumi/pulumi";
import { watchNodes } from "../aws/cacheNodes.ts";
import { child, made, named, tagsOf } from "../aws/here.ts";
import { elasticache } from "../aws/sdk.ts";
import { securityGroup } from "../aws/securityGroup.ts";
import type { Ecs } from "./ecs.ts";

/** ElastiCache for Valkey: TLS, a password, encrypted at rest, and replicas in other zones that take over, by size. */
export function cache(ecs: Ecs, password: pulumi.Output<string>) {
  const { detail } = ecs.plan.cache;
  const subnets = new elasticache.SubnetGroup(
    "cache",
    {
      ...made(ecs, "cache"),
      name: named(ecs, "cache", 200),
      subnetIds: ecs.network.dataSubnets.map(({ id }) => id),
    },
    child(ecs),
  );
  const settings = new elasticache.ParameterGroup(
    "cache",
    {
      region: ecs.region,
      tags: tagsOf(ecs, "cache"),
      name: named(ecs, "valkey8", 200),
      family: "valkey8",
      parameters: [{ name: "maxmemory-policy", value: detail.policy }],
    },
    child(ecs),
  );
  const group = securityGroup(ecs, "cache", ecs.network.vpc, "Valkey");
  const several = detail.replicas > 0;
  const it = new elasticache.ReplicationGroup(
    "cache",
    {
      ...made(ecs, "cache"),
      replicationGroupId: named(ecs, "cache", 40),
      description: named(ecs, "cache", 200),
      engine: "valkey",
      engineVersion: "8.0",
      nodeType: detail.node,
      numCacheClusters: 1 + detail.replicas,
      automaticFailoverEnabled: several,
      multiAzEnabled: several,
      port: 6379,
      parameterGroupName: settings.name,
      subnetGroupName: subnets.name,
      securityGroupIds: [group.id],
      transitEncryptionEnabled: true,
      atRestEncryptionEnabled: true,
      kmsKeyId: ecs.keys.data,
      authToken: password,
      authTokenUpdateStrategy: "ROTATE",
      autoMinorVersionUpgrade: true,
      maintenanceWindow: "sun:03:30-sun:04:30",
      snapshotRetentionLimit: several ? 7 : 0,
      applyImmediately: true,
    },
    child(ecs),
  );
  watchNodes(
    ecs,
    { id: it.replicationGroupId, count: 1 + detail.replicas, evicts: detail.policy === "allkeys-lru" },
    ecs.topicArn,
  );
  return {
    group,
    arn: it.arn,
    id: it.replicationGroupId,
    url: pulumi.interpolate`rediss://:${password}@${it.primaryEndpointAddress}:6379`,
  };
}

export type Cache = ReturnType<typeof cache>;
