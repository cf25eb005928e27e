import type { Size } from "../model/words.ts";

/** What each size means on this machine. Memory in MB, disk in GB, CPU in cores. */
export interface LocalSize {
  readonly app: { readonly replicas: number; readonly memoryMb: number; readonly cpus: number };
  readonly database: {
    readonly memoryMb: number;
    readonly sharedBuffersMb: number;
    readonly maxConnections: number;
    readonly limitGb: number;
  };
  readonly pooler: { readonly memoryMb: number; readonly poolSize: number; readonly maxClients: number };
  readonly cache: { readonly memoryMb: number; readonly maxMemoryMb: number };
  readonly cdn: { readonly memoryMb: number; readonly storeMb: number };
}

export const localSizes: Record<Size, LocalSize> = {
  small: {
    app: { replicas: 2, memoryMb: 256, cpus: 1 },
    database: { memoryMb: 384, sharedBuffersMb: 96, maxConnections: 60, limitGb: 5 },
    pooler: { memoryMb: 64, poolSize: 15, maxClients: 500 },
    cache: { memoryMb: 96, maxMemoryMb: 64 },
    cdn: { memoryMb: 160, storeMb: 64 },
  },
  medium: {
    app: { replicas: 3, memoryMb: 320, cpus: 1 },
    database: { memoryMb: 768, sharedBuffersMb: 192, maxConnections: 100, limitGb: 20 },
    pooler: { memoryMb: 64, poolSize: 25, maxClients: 1000 },
    cache: { memoryMb: 192, maxMemoryMb: 128 },
    cdn: { memoryMb: 256, storeMb: 128 },
  },
  large: {
    app: { replicas: 4, memoryMb: 384, cpus: 2 },
    database: { memoryMb: 1536, sharedBuffersMb: 384, maxConnections: 200, limitGb: 50 },
    pooler: { memoryMb: 96, poolSize: 40, maxClients: 2000 },
    cache: { memoryMb: 384, maxMemoryMb: 256 },
    cdn: { memoryMb: 448, storeMb: 256 },
  },
  xlarge: {
    app: { replicas: 6, memoryMb: 512, cpus: 2 },
    database: { memoryMb: 3072, sharedBuffersMb: 768, maxConnections: 400, limitGb: 200 },
    pooler: { memoryMb: 128, poolSize: 60, maxClients: 4000 },
    cache: { memoryMb: 768, maxMemoryMb: 512 },
    cdn: { memoryMb: 832, storeMb: 512 },
  },
};

/** Memory of what every size needs alike, MB. The edge is here so that no change of size ever replaces it. */
export const fixedMemoryMb = {
  storage: 160,
  backup: 160,
  edge: 160,
  jobs: 48,
  prometheus: 192,
  alertmanager: 64,
  exporter: 48,
} as const;
