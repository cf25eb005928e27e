import type { Size } from "../model/words.ts";

/** A kind of server at Hetzner, with what it has. CPU in cores, memory and disk in GB. */
export const serverTypes = {
  cx33: { cpus: 4, memoryGb: 8 },
  cx43: { cpus: 8, memoryGb: 16 },
  ccx23: { cpus: 4, memoryGb: 16 },
  ccx33: { cpus: 8, memoryGb: 32 },
  ccx43: { cpus: 16, memoryGb: 64 },
} as const;
export type ServerType = keyof typeof serverTypes;

/**
 * What each size is: one server for everything, a bigger one, then several servers of the app's own
 * behind a load balancer. Memory in MB, disk in GB.
 */
export interface CoolifySize {
  /** Runs Coolify, database and cache at every size: data never moves with a change of size. The app, too, where there is nothing else. */
  readonly control: ServerType;
  /** Run the app. */
  readonly apps?: {
    readonly type: ServerType;
    readonly count: number;
    readonly loadBalancer: "lb11" | "lb21";
  };
  readonly app: { readonly memoryMb: number; readonly cpus: number };
  readonly database: { readonly memoryMb: number; readonly cpus: number; readonly volumeGb: number };
  readonly cache: { readonly product: "redis" | "dragonfly"; readonly memoryMb: number };
}

export const coolifySizes: Record<Size, CoolifySize> = {
  small: {
    control: "cx33",
    app: { memoryMb: 512, cpus: 1 },
    database: { memoryMb: 2048, cpus: 1, volumeGb: 20 },
    cache: { product: "redis", memoryMb: 256 },
  },
  medium: {
    control: "cx43",
    app: { memoryMb: 1024, cpus: 2 },
    database: { memoryMb: 4096, cpus: 3, volumeGb: 50 },
    cache: { product: "redis", memoryMb: 1024 },
  },
  large: {
    control: "ccx23",
    apps: { type: "cx43", count: 2, loadBalancer: "lb11" },
    app: { memoryMb: 4096, cpus: 6 },
    database: { memoryMb: 10_240, cpus: 3, volumeGb: 200 },
    cache: { product: "dragonfly", memoryMb: 2048 },
  },
  xlarge: {
    control: "ccx43",
    apps: { type: "ccx33", count: 4, loadBalancer: "lb21" },
    app: { memoryMb: 16_384, cpus: 7 },
    database: { memoryMb: 40_960, cpus: 12, volumeGb: 1000 },
    cache: { product: "dragonfly", memoryMb: 8192 },
  },
};

/** Where Hetzner has data centres, and the network zone of each (docs.hetzner.cloud, locations, 2025-10). */
export const locations = {
  fsn1: "eu-central",
  nbg1: "eu-central",
  hel1: "eu-central",
  ash: "us-east",
  hil: "us-west",
  sin: "ap-southeast",
} as const;
export type Location = keyof typeof locations;
