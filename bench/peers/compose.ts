import { execFileSync } from "node:child_process";
import { stringify } from "yaml";

/** What `docker inspect` tells, as far as Compose is told it. */
interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly Config: {
    readonly Cmd: readonly string[] | null;
    readonly Env: readonly string[];
    readonly StopSignal?: string;
    readonly StopTimeout?: number;
    readonly Healthcheck?: {
      readonly Test: readonly string[];
      readonly Timeout: number;
      readonly Retries: number;
      readonly StartPeriod: number;
    };
  };
  readonly HostConfig: {
    readonly Binds: readonly string[] | null;
    readonly Tmpfs: Readonly<Record<string, string>> | null;
    readonly Memory: number;
    readonly NanoCpus: number;
    readonly ShmSize: number;
    readonly RestartPolicy: { readonly Name: string };
    readonly PortBindings: Readonly<Record<string, readonly unknown[]>> | null;
  };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly Aliases: string[] | null }>>;
  };
}

/** Each part's name without what the stack and the engine put around it: `pulse-pr-7-database`, `app-1-6fba19c`. */
const partOf = (name: string, stack: string): string =>
  name
    .replace(/^\//, "")
    .replace(new RegExp(`^[\\w-]*?${stack}-`), "")
    .replace(/-[0-9a-f]{7}$/, "");

/** What waits for what, as the stage has it: the image's own way to come up needs it. */
const waits: Readonly<
  Record<string, Readonly<Record<string, "service_healthy" | "service_completed_successfully">>>
> = {
  database: { storage: "service_healthy" },
  migrate: { database: "service_healthy", trust: "service_completed_successfully" },
  app: {
    migrate: "service_completed_successfully",
    pooler: "service_healthy",
    cache: "service_healthy",
    storage: "service_healthy",
  },
};

/**
 * A Compose file of the containers that a stack of the local stage has: the same images, variables, limits, checks,
 * volumes and network, under other names, and without the ports of the machine.
 */
export function composeOf(stack: string): string {
  const list = execFileSync("docker", ["ps", "-aq", "--filter", `label=dev.rung.stack=${stack}`], {
    encoding: "utf8",
  });
  const told = execFileSync("docker", ["inspect", ...list.trim().split("\n")], { encoding: "utf8" });
  const all = JSON.parse(told) as Inspected[]; // as the Docker Engine's API has it
  const volumes = new Set<string>();
  const services = all.map((one) => {
    const { Config: config, HostConfig: host } = one;
    const part = partOf(one.Name, stack);
    const [network] = Object.values(one.NetworkSettings.Networks);
    const health = config.Healthcheck;
    const mounts = (host.Binds ?? []).map((bind) => {
      const [volume = "", ...rest] = bind.split(":");
      const name = partOf(volume, stack);
      volumes.add(name);
      return [name, ...rest].join(":");
    });
    const service = {
      image: one.Image,
      pull_policy: "never",
      command: config.Cmd ?? undefined,
      environment: config.Env.map((text) => text.replaceAll("$", "$$$$")),
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges"],
      tmpfs: Object.entries(host.Tmpfs ?? {}).map(([path, options]) => `${path}:${options}`),
      volumes: mounts,
      mem_limit: host.Memory,
      memswap_limit: host.Memory,
      cpus: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
      shm_size: host.ShmSize,
      ulimits: { nproc: 512 },
      restart: host.RestartPolicy.Name,
      stop_signal: config.StopSignal,
      stop_grace_period: `${config.StopTimeout ?? 10}s`,
      networks: {
        private: { aliases: (network?.Aliases ?? []).filter((alias) => !one.Id.startsWith(alias)) },
      },
      healthcheck: health && {
        test: health.Test,
        // As often as the stage looks while it comes up; Compose's own start_interval needs Docker 25.
        interval: "1s",
        timeout: `${health.Timeout / 1e9}s`,
        start_period: `${health.StartPeriod / 1e9}s`,
        retries: health.Retries,
      },
      depends_on: Object.fromEntries(
        Object.entries(waits[part.replace(/-\d+$/, "")] ?? {}).map(([name, condition]) => [
          name,
          { condition },
        ]),
      ),
    };
    return [part, service] as const;
  });
  return stringify({
    services: Object.fromEntries(services),
    networks: { private: {} },
    volumes: Object.fromEntries([...volumes].map((name) => [name, {}])),
  });
}
