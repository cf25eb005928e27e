import type { ImageInspectInfo } from "dockerode";
import { same } from "../../generic/values.ts";
import type { Values } from "../../provider.ts";
import { labelList, labelMap } from "../shared.ts";
import { bindsOf, portKey } from "./body.ts";
import { durationOf } from "./duration.ts";
import type { Found } from "./found.ts";
import { type Inputs, normal } from "./inputs.ts";

const mb = 1024 * 1024;

/** What an image gives its containers, unless they say otherwise. */
export type ImageDefaults = ImageInspectInfo["Config"] | undefined;

/**
 * What is there, as the inputs that would have made it, in the form of normal(). What comes from the image or from
 * Docker itself, and was not asked for, is left out.
 * @param written the inputs it was made with; none when it is imported
 */
export function observed(found: Found, image: ImageDefaults, written: Inputs): Inputs {
  const asked = normal(written);
  const { Config: config, HostConfig: host } = found;
  return normal({
    ...unseen(written),
    name: found.Name.replace(/^\//, ""),
    image: sameImage(found, written.image) ? written.image : config.Image,
    command: unlessFrom(image?.Cmd, config.Cmd, asked.command),
    entrypoints: unlessFrom(image?.Entrypoint, config.Entrypoint, asked.entrypoints),
    envs: (config.Env ?? []).filter((env) => asked.envs?.includes(env) || !image?.Env?.includes(env)),
    labels: ownLabels(config.Labels, image, written),
    hostname: hostnameIn(found, asked),
    domainname: config.Domainname,
    user: unlessFrom(image?.User, config.User, asked.user),
    workingDir: unlessFrom(image?.WorkingDir, config.WorkingDir, asked.workingDir),
    stopSignal: unlessFrom(imageOnly(image, "StopSignal"), config.StopSignal, asked.stopSignal),
    stopTimeout: config.StopTimeout,
    tty: config.Tty,
    stdinOpen: config.OpenStdin,
    healthcheck: healthIn(config.Healthcheck, image, asked),

    memory: (host.Memory ?? 0) / mb,
    memoryReservation: (host.MemoryReservation ?? 0) / mb,
    memorySwap: swapIn(host, asked),
    shmSize: (host.ShmSize ?? 0) / mb,
    cpus: host.NanoCpus ? String(host.NanoCpus / 1e9) : undefined,
    cpuShares: host.CpuShares,
    cpuSet: host.CpusetCpus,
    cpuPeriod: host.CpuPeriod,
    cpuQuota: host.CpuQuota,
    restart: host.RestartPolicy?.Name || "no",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount,

    readOnly: host.ReadonlyRootfs,
    privileged: host.Privileged,
    init: host.Init,
    rm: host.AutoRemove,
    publishAllPorts: host.PublishAllPorts,
    capabilities: { adds: host.CapAdd ?? [], drops: host.CapDrop ?? [] },
    securityOpts: [
      // Docker adds this one by itself where processes are shared with the machine.
      ...(host.SecurityOpt ?? []).filter(
        (option: string) => option !== "label=disable" || asked.securityOpts?.includes(option),
      ),
      ...(asked.securityOpts?.includes("systempaths=unconfined") ? ["systempaths=unconfined"] : []),
    ],
    groupAdds: host.GroupAdd,
    sysctls: host.Sysctls,
    tmpfs: host.Tmpfs,
    dns: host.Dns,
    dnsOpts: host.DnsOptions,
    dnsSearches: host.DnsSearch,
    hosts: host.ExtraHosts?.map((entry: string) => {
      const at = entry.indexOf(":");
      return { host: entry.slice(0, at), ip: entry.slice(at + 1) };
    }),
    ulimits: host.Ulimits?.map(({ Name, Soft, Hard }) => ({
      name: Name,
      soft: Soft,
      hard: Hard,
    })),
    logDriver: asked.logDriver === undefined ? undefined : host.LogConfig?.Type,
    logOpts: host.LogConfig?.Config,
    ipcMode: asked.ipcMode === undefined ? undefined : host.IpcMode,
    runtime: asked.runtime === undefined ? undefined : host.Runtime,
    pidMode: host.PidMode,
    usernsMode: host.UsernsMode,

    ports: portsIn(found, asked),
    volumes: volumesIn(found, written),
    networksAdvanced: networksIn(found, asked),
    networkMode: networkModeIn(found),
    // A container that stands still and must not shows as this, and an update starts it.
    mustRun: mustStart(found, written) ? false : written.mustRun,
    // each key is an input of that type, or may be left out
  } as Values as Inputs);
}

/** What Docker does not tell, or tells in another form: as it was written. */
function unseen(written: Inputs): Values {
  const keys = [
    ...["attach", "cgroupParent", "cgroupnsMode", "containerReadRefreshTimeoutMilliseconds", "deviceReadBps"],
    ...[
      "deviceReadIops",
      "deviceRequests",
      "deviceWriteBps",
      "deviceWriteIops",
      "destroyGraceSeconds",
      "devices",
    ],
    ...["gpus", "logs", "mounts", "platform", "removeVolumes", "start", "storageOpts", "uploads", "wait"],
    "waitTimeout",
  ];
  return Object.fromEntries(keys.map((key) => [key, written[key]]));
}

export const mustStart = ({ State }: Found, written: Inputs): boolean =>
  !State.Running &&
  !State.Restarting &&
  written.mustRun !== false &&
  written.start !== false &&
  !written.attach;

/** An image may be named by its id, and the container know it by its name. */
const sameImage = (found: Found, written: string | undefined): boolean =>
  written !== undefined && (written === found.Image || written === found.Config.Image);

/** A value that the image gave is only an input where it was asked for. */
function unlessFrom<T>(image: unknown, found: T, asked: unknown): T | undefined {
  if (asked !== undefined) return found;
  return same(image, found) || found === "" || found === null ? undefined : found;
}

// The client's types of an image's configuration lack keys that Docker sends.
const imageOnly = (image: ImageDefaults, key: string): unknown => (image as Values | undefined)?.[key];

/** Left out, it is the start of the id, or the machine's own on its network. */
function hostnameIn({ Config, HostConfig, Id }: Found, asked: Inputs): string | undefined {
  const isUsual = Config.Hostname === Id.slice(0, 12) || HostConfig.NetworkMode === "host";
  return isUsual && asked.hostname === undefined ? undefined : Config.Hostname;
}

function ownLabels(found: Readonly<Record<string, string>>, image: ImageDefaults, written: Inputs) {
  const asked = labelMap(Array.isArray(written.labels) ? written.labels : []);
  const own = Object.entries(found ?? {}).filter(
    ([label, value]) => label in asked || image?.Labels?.[label] !== value,
  );
  return labelList(Object.fromEntries(own));
}

function healthIn(found: Found["Config"]["Healthcheck"], image: ImageDefaults, asked: Inputs) {
  if (!found || (asked.healthcheck === undefined && same(imageOnly(image, "Healthcheck"), found)))
    return undefined;
  return {
    tests: found.Test ?? [],
    interval: durationOf(found.Interval ?? 0),
    timeout: durationOf(found.Timeout ?? 0),
    startPeriod: durationOf(found.StartPeriod ?? 0),
    // A Docker before 25 knows none, and tells none.
    startInterval:
      found.StartInterval === undefined ? asked.healthcheck?.startInterval : durationOf(found.StartInterval),
    retries: found.Retries ?? 0,
  };
}

/** Docker takes twice the memory where nothing was said, and none without a limit. */
function swapIn(host: Found["HostConfig"], asked: Inputs): number | undefined {
  const swap = host.MemorySwap ?? 0;
  if (asked.memorySwap === undefined && (swap === (host.Memory ?? 0) * 2 || swap <= 0)) return undefined;
  return swap > 0 ? swap / mb : swap;
}

function portsIn(found: Found, asked: Inputs) {
  const bindings: Record<string, { HostIp?: string; HostPort?: string }[] | null> =
    found.HostConfig.PortBindings ?? {};
  return Object.entries(bindings).flatMap(([key, list]) =>
    (list ?? []).map(({ HostIp, HostPort }) => {
      const [internal, protocol] = key.split("/");
      const wanted = asked.ports?.find((port) => portKey(port) === key);
      const external = Number(HostPort) || undefined;
      return {
        internal: Number(internal),
        protocol,
        ip: HostIp || "0.0.0.0",
        ...(external === undefined && wanted?.external === undefined ? {} : { external }),
      };
    }),
  );
}

/** Volumes without a name or a host's folder are Docker's own: as written. */
function volumesIn(found: Found, written: Inputs): unknown {
  const volumes = Array.isArray(written.volumes) ? written.volumes : [];
  if (same(bindsOf(written).toSorted(), (found.HostConfig.Binds ?? []).toSorted())) return volumes;
  const others = volumes.filter(({ hostPath, volumeName }) => !hostPath && !volumeName);
  const binds = (found.HostConfig.Binds ?? []).map((bind) => {
    const [source = "", containerPath = "", options = ""] = bind.split(":");
    const from = source.startsWith("/") ? { hostPath: source } : { volumeName: source };
    return { ...from, containerPath, readOnly: options.split(",").includes("ro") };
  });
  return [...others, ...binds];
}

/** A network may be asked for by name or by id. */
function networksIn(found: Found, asked: Inputs) {
  const mode = found.HostConfig.NetworkMode ?? "";
  return Object.entries(found.NetworkSettings.Networks ?? {}).flatMap(([name, endpoint]) => {
    const wanted = asked.networksAdvanced?.find(
      (one) => one.name === name || one.name === endpoint.NetworkID,
    );
    if (!wanted && (name === mode || (name === "bridge" && mode === "default")) && !asked.networksAdvanced)
      return [];
    const own = [found.Id.slice(0, 12), found.Name.replace(/^\//, "")];
    return [
      {
        ...wanted,
        name: wanted?.name ?? name,
        aliases: (endpoint.Aliases ?? []).filter(
          (alias: string) => wanted?.aliases?.includes(alias) || !own.includes(alias),
        ),
        ipv4Address: endpoint.IPAMConfig?.IPv4Address,
        ipv6Address: endpoint.IPAMConfig?.IPv6Address,
      },
    ];
  });
}

function networkModeIn({ HostConfig }: Found): string | undefined {
  const mode = HostConfig.NetworkMode ?? "default";
  // A network's own name there is the first of `networksAdvanced`.
  return /^(host|none|container:)/.test(mode) ? mode : undefined;
}
