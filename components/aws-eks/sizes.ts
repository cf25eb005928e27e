import type { Size } from "../model/words.ts";

/** Two regions with a database that spans them begin here: below, one region is the better answer. */
export type EksSizeName = Exclude<Size, "small">;

/** Nodes of a fixed kind and number, or nodes that EKS chooses, starts and replaces by itself up to so many cores. */
export type EksNodes =
  | {
      readonly mode: "managed";
      readonly instance: "m7g.large";
      readonly count: number;
      readonly most: number;
    }
  | { readonly mode: "auto"; readonly cores: number };

/** What each size is in every region: all are made alike, so that each can become the primary. CPU in thousandths of a
 * core, memory in MB. */
export interface EksSize {
  readonly app: {
    readonly cpuMilli: 500 | 1000 | 2000;
    readonly memoryMb: 1024 | 2048 | 4096;
    readonly minReplicas: number;
    readonly maxReplicas: number;
  };
  readonly nodes: EksNodes;
  readonly database: {
    readonly class: "db.r7g.large" | "db.r7g.xlarge" | "db.r7g.2xlarge";
    readonly instances: 2 | 3;
    readonly retentionDays: number;
  };
  readonly cache: {
    readonly node: "cache.m7g.large" | "cache.r7g.large" | "cache.r7g.xlarge";
    readonly memoryMb: number;
    readonly replicas: 1 | 2;
  };
  readonly natGateways: 1 | 3;
  readonly privateEndpoints: boolean;
  readonly logDays: number;
}

/** Memory of a cache node: ElastiCache User Guide, "Valkey and Redis OSS node-type specific parameters", maxmemory. */
export const eksSizes: Record<EksSizeName, EksSize> = {
  medium: {
    app: { cpuMilli: 500, memoryMb: 1024, minReplicas: 3, maxReplicas: 6 },
    nodes: { mode: "managed", instance: "m7g.large", count: 3, most: 6 },
    database: { class: "db.r7g.large", instances: 2, retentionDays: 14 },
    cache: { node: "cache.m7g.large", memoryMb: 6400, replicas: 1 },
    natGateways: 1,
    privateEndpoints: false,
    logDays: 90,
  },
  large: {
    app: { cpuMilli: 1000, memoryMb: 2048, minReplicas: 3, maxReplicas: 24 },
    nodes: { mode: "auto", cores: 64 },
    database: { class: "db.r7g.xlarge", instances: 2, retentionDays: 30 },
    cache: { node: "cache.r7g.large", memoryMb: 13_000, replicas: 1 },
    natGateways: 3,
    privateEndpoints: true,
    logDays: 365,
  },
  xlarge: {
    app: { cpuMilli: 2000, memoryMb: 4096, minReplicas: 6, maxReplicas: 96 },
    nodes: { mode: "auto", cores: 512 },
    database: { class: "db.r7g.2xlarge", instances: 3, retentionDays: 35 },
    cache: { node: "cache.r7g.xlarge", memoryMb: 26_000, replicas: 2 },
    natGateways: 3,
    privateEndpoints: true,
    logDays: 365,
  },
};

/** Whether the stage carries a size. */
export const isCarried = (size: Size): size is EksSizeName => size in eksSizes;
