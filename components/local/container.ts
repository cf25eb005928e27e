import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../kit/context.ts";
import type { Capability } from "../model/words.ts";
import { type Local, labels } from "./local.ts";

/** A folder in memory; the root of every container is read-only. */
export interface Scratch {
  readonly path: string;
  /** Who may use it, alone; left out, everyone may. */
  readonly uid?: number;
  readonly mb?: number;
  /** Files in it may be run. */
  readonly exec?: boolean;
}

export interface Mounted {
  readonly volume: docker.Volume;
  readonly path: string;
  readonly readOnly?: boolean;
}

/** What differs between the containers of this stage. All else is the same for all, and hardened. */
export interface ContainerOf {
  readonly capability: Capability;
  readonly image: pulumi.Input<string>;
  readonly memoryMb: number;
  readonly cpus?: number;
  readonly command?: readonly string[];
  readonly aliases?: readonly string[];
  readonly env?: Readonly<Record<string, pulumi.Input<string> | undefined>>;
  readonly volumes?: readonly Mounted[];
  readonly scratch?: readonly Scratch[];
  readonly sharedMemoryMb?: number;
  readonly maxProcesses?: number;
  readonly published?: readonly { inside: number; outside: number }[];
  /** The command that says whether it is healthy; left out: it runs once, and must end well. */
  readonly health?: readonly string[];
  /** How long it may take to stop before it is killed. */
  readonly stopSeconds?: number;
  readonly stopSignal?: string;
  /** Only one may run at a time (it owns a volume or a port): the old one is removed before the new is made. */
  readonly alone?: boolean;
  readonly dependsOn?: readonly pulumi.Resource[];
}

/**
 * A container of the stage: non-root by its image, read-only root, no capabilities, no new privileges, limits,
 * rotated logs. `up` waits until it is healthy, and keeps the old one until then unless it must be alone.
 */
export function container(local: Local, name: string, of: ContainerOf): docker.Container {
  const { context, network, stage } = local;
  const stopTimeout = of.stopSeconds ?? 10;
  const args: docker.ContainerArgs = {
    image: of.image,
    command: of.command ? [...of.command] : undefined,
    name: of.alone ? nameOf(context, name) : undefined,
    envs: environment(of.env ?? {}),
    labels: labels(context, of.capability),
    networksAdvanced: [{ name: network.name, aliases: [...(of.aliases ?? [name])] }],
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
    tmpfs: Object.fromEntries((of.scratch ?? [{ path: "/tmp" }]).map((s) => [s.path, scratchOptions(s)])),
    volumes: (of.volumes ?? []).map(({ volume, path, readOnly }) => ({
      volumeName: volume.name,
      containerPath: path,
      readOnly: readOnly ?? false,
    })),
    memory: of.memoryMb,
    memorySwap: of.memoryMb,
    cpus: of.cpus === undefined ? undefined : String(of.cpus),
    shmSize: of.sharedMemoryMb,
    // The provider offers no pids limit; this one is the kernel's, per user.
    ulimits: [{ name: "nproc", soft: of.maxProcesses ?? 512, hard: of.maxProcesses ?? 512 }],
    ports: (of.published ?? []).map(({ inside, outside }) => ({
      internal: inside,
      external: outside,
      ip: "127.0.0.1",
      protocol: "tcp",
    })),
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    stopSignal: of.stopSignal,
    stopTimeout,
    destroyGraceSeconds: stopTimeout,
    ...(of.health ? longRunning(of.health, context.healthTimeoutMinutes * 60) : once),
  };
  return new docker.Container(name, withoutUndefined(args), {
    parent: stage,
    deleteBeforeReplace: of.alone ?? false,
    dependsOn: [...(of.dependsOn ?? [])],
  });
}

const longRunning = (health: readonly string[], waitTimeout: number) => ({
  restart: "unless-stopped",
  mustRun: true,
  wait: true,
  waitTimeout,
  healthcheck: {
    tests: ["CMD", ...health],
    // Each look starts a process in the container, some 0.1 s of CPU: often while `up` waits for it, seldom after.
    startInterval: "1s",
    interval: "15s",
    timeout: "5s",
    retries: 3,
    // On a machine that is busy a first start takes longer; healthy sooner, it counts at once.
    startPeriod: "60s",
  },
});

/** Runs to its end while `up` waits; an exit code other than 0 fails the update. */
const once = { restart: "no", attach: true, logs: true, mustRun: false };

function scratchOptions({ uid, mb, exec }: Scratch): string {
  const owner = uid === undefined ? "mode=1777" : `mode=0700,uid=${uid}`;
  return `rw,nosuid,nodev,${exec ? "exec" : "noexec"},size=${mb ?? 16}m,${owner}`;
}

/** Each variable stays a secret by itself; those without a value are left out. */
function environment(env: NonNullable<ContainerOf["env"]>): pulumi.Output<string>[] {
  return Object.entries(env).flatMap(([key, value]) =>
    value === undefined ? [] : [pulumi.interpolate`${key}=${value}`],
  );
}

function withoutUndefined<T extends object>(args: T): T {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as T;
}
