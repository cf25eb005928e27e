import type { Size } from "../model/words.ts";

/** What each size is on ECS, RDS and ElastiCache. CPU in Fargate's units (1024 = one vCPU), memory in MB, disk in GB. */
export interface EcsSize {
  readonly app: {
    readonly cpu: 256 | 512 | 1024 | 2048;
    readonly memoryMb: 512 | 1024 | 2048 | 4096;
    readonly minTasks: number;
    readonly maxTasks: number;
  };
  readonly database: {
    readonly class: "db.t4g.micro" | "db.t4g.medium" | "db.m7g.large" | "db.r7g.xlarge";
    readonly storageGb: number;
    readonly maxStorageGb: number;
    readonly multiAz: boolean;
    readonly replicas: number;
    readonly proxy: boolean;
    readonly retentionDays: number;
  };
  readonly cache: {
    readonly node: "cache.t4g.micro" | "cache.t4g.small" | "cache.m7g.large" | "cache.r7g.large";
    readonly memoryMb: number;
    readonly replicas: number;
  };
  readonly natGateways: 1 | 3;
  /** Billed by the hour in each zone; below medium they would cost more than all the rest. */
  readonly privateEndpoints: boolean;
  readonly logDays: number;
}

export const ecsSizes: Record<Size, EcsSize> = {
  small: {
    app: { cpu: 256, memoryMb: 512, minTasks: 2, maxTasks: 4 },
    database: {
      class: "db.t4g.micro",
      storageGb: 20,
      maxStorageGb: 100,
      multiAz: false,
      replicas: 0,
      proxy: false,
      retentionDays: 7,
    },
    cache: { node: "cache.t4g.micro", memoryMb: 512, replicas: 0 },
    natGateways: 1,
    privateEndpoints: false,
    logDays: 30,
  },
  medium: {
    app: { cpu: 512, memoryMb: 1024, minTasks: 2, maxTasks: 8 },
    database: {
      class: "db.t4g.medium",
      storageGb: 50,
      maxStorageGb: 500,
      multiAz: true,
      replicas: 0,
      proxy: false,
      retentionDays: 14,
    },
    cache: { node: "cache.t4g.small", memoryMb: 1400, replicas: 1 },
    natGateways: 1,
    privateEndpoints: true,
    logDays: 90,
  },
  large: {
    app: { cpu: 1024, memoryMb: 2048, minTasks: 3, maxTasks: 20 },
    database: {
      class: "db.m7g.large",
      storageGb: 200,
      maxStorageGb: 2000,
      multiAz: true,
      replicas: 1,
      proxy: true,
      retentionDays: 30,
    },
    cache: { node: "cache.m7g.large", memoryMb: 6400, replicas: 1 },
    natGateways: 3,
    privateEndpoints: true,
    logDays: 365,
  },
  xlarge: {
    app: { cpu: 2048, memoryMb: 4096, minTasks: 6, maxTasks: 60 },
    database: {
      class: "db.r7g.xlarge",
      storageGb: 500,
      maxStorageGb: 8000,
      multiAz: true,
      replicas: 2,
      proxy: true,
      retentionDays: 35,
    },
    cache: { node: "cache.r7g.large", memoryMb: 13_000, replicas: 2 },
    natGateways: 3,
    privateEndpoints: true,
    logDays: 365,
  },
};
