import * as pulumi from "@pulumi/pulumi";
import { alarm } from "./alerts.ts";
import type { Aws } from "./here.ts";

export interface CacheNodes {
  /** Of the replication group. */
  readonly id: pulumi.Input<string>;
  readonly count: number;
  /** Whether it evicts, and so is full by design, or refuses to write when it is. */
  readonly evicts: boolean;
}

/** Alarms for each node of a cache: each speaks for itself. */
export function watchNodes(
  aws: Aws,
  { id, count, evicts }: CacheNodes,
  topicArn: pulumi.Input<string>,
  prefix = "",
): void {
  for (let node = 1; node <= count; node += 1) {
    const on = {
      namespace: "AWS/ElastiCache",
      // ElastiCache's own way to name the nodes of a group
      dimensions: { CacheClusterId: pulumi.interpolate`${id}-00${node}` },
    };
    alarm(aws, `${prefix}cache-cpu-${node}`, topicArn, {
      ...on,
      about: "the cache's CPU is over 80 %",
      metric: "EngineCPUUtilization",
      above: 80,
    });
    if (!evicts)
      alarm(aws, `${prefix}cache-memory-${node}`, topicArn, {
        ...on,
        about: "the cache is over 80 % full, and evicts nothing",
        metric: "DatabaseMemoryUsagePercentage",
        above: 80,
      });
  }
}
