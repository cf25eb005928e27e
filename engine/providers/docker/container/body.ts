import type { ContainerCreateOptions, EndpointSettings, HostConfig } from "dockerode";
import { labelMap } from "../shared.ts";
import { nanoseconds } from "./duration.ts";
import type { Inputs } from "./inputs.ts";

type NetworkOf = NonNullable<Inputs["networksAdvanced"]>[number];

const mb = 1024 * 1024;

/** What Docker is asked for, from a container's inputs. Pure. */
export function bodyOf(inputs: Inputs, name: string): ContainerCreateOptions {
  const first = firstNetwork(inputs);
  return defined({
    name,
    platform: inputs.platform,
    Image: inputs.image,
    Hostname: inputs.hostname,
    Domainname: inputs.domainname,
    Cmd: inputs.command,
    Entrypoint: inputs.entrypoints,
    Env: inputs.envs,
    User: inputs.user,
    WorkingDir: inputs.workingDir,
    Tty: inputs.tty ?? false,
    OpenStdin: inputs.stdinOpen ?? false,
    StopSignal: inputs.stopSignal,
    StopTimeout: inputs.stopTimeout,
    Labels: labelMap(inputs.labels),
    Healthcheck: healthOf(inputs.healthcheck),
    ExposedPorts: Object.fromEntries((inputs.ports ?? []).map((port) => [portKey(port), {}])),
    Volumes: Object.fromEntries(
      (inputs.volumes ?? [])
        .filter(({ hostPath, volumeName, containerPath }) => containerPath && !hostPath && !volumeName)
        .map(({ containerPath }) => [containerPath ?? "", {}]),
    ),
    HostConfig: hostConfigOf(inputs),
    NetworkingConfig: first ? { EndpointsConfig: { [first.name]: endpointOf(first) } } : undefined,
  });
}

/** It is joined as the container is made; the others one by one, before it starts. */
export const firstNetwork = ({ networksAdvanced, networkMode }: Inputs): NetworkOf | undefined =>
  networkMode === undefined || networkMode === "bridge" ? networksAdvanced?.[0] : undefined;

export function otherNetworks(inputs: Inputs): NetworkOf[] {
  const first = firstNetwork(inputs);
  return (inputs.networksAdvanced ?? []).filter((one) => one !== first);
}

export const endpointOf = (network: NetworkOf): EndpointSettings =>
  defined({
    Aliases: network.aliases,
    MacAddress: network.macAddress,
    DriverOpts:
      network.driverOpts && Object.fromEntries(network.driverOpts.map((option) => pairOf(option, "="))),
    IPAMConfig: defined({
      IPv4Address: network.ipv4Address,
      IPv6Address: network.ipv6Address,
      LinkLocalIPs: network.linkLocalIps,
    }),
    // every key is one of EndpointSettings; those that only come in answers may be left out
  }) as EndpointSettings;

export const portKey = ({
  internal,
  protocol,
}: {
  internal: number;
  protocol?: string | undefined;
}): string => `${internal}/${protocol ?? "tcp"}`;

/** Limits that Docker changes on a running container. */
export const resourcesOf = (inputs: Inputs) =>
  defined({
    Memory: inputs.memory === undefined ? undefined : inputs.memory * mb,
    MemoryReservation: inputs.memoryReservation === undefined ? undefined : inputs.memoryReservation * mb,
    MemorySwap: swapOf(inputs),
    CpuShares: inputs.cpuShares,
    CpusetCpus: inputs.cpuSet,
    CpuPeriod: inputs.cpus === undefined ? inputs.cpuPeriod : undefined,
    CpuQuota: inputs.cpus === undefined ? inputs.cpuQuota : undefined,
    BlkioDeviceReadBps: inputs.deviceReadBps?.map(({ path, rate }) => ({ Path: path, Rate: rate })),
    BlkioDeviceReadIOps: inputs.deviceReadIops?.map(({ path, rate }) => ({ Path: path, Rate: rate })),
    BlkioDeviceWriteBps: inputs.deviceWriteBps?.map(({ path, rate }) => ({ Path: path, Rate: rate })),
    BlkioDeviceWriteIOps: inputs.deviceWriteIops?.map(({ path, rate }) => ({ Path: path, Rate: rate })),
    RestartPolicy: { Name: inputs.restart ?? "no", MaximumRetryCount: inputs.maxRetryCount ?? 0 },
  });

/** Left out, Docker takes twice the memory, but only as it makes the container: an update must say so. */
function swapOf({ memory, memorySwap }: Inputs): number | undefined {
  if (memorySwap === undefined || memorySwap === 0) return memory ? memory * 2 * mb : undefined;
  return memorySwap > 0 ? memorySwap * mb : memorySwap;
}

function hostConfigOf(inputs: Inputs): HostConfig {
  const unconfined = inputs.securityOpts?.includes("systempaths=unconfined");
  const host = {
    ...resourcesOf(inputs),
    AutoRemove: inputs.rm ?? false,
    Binds: bindsOf(inputs),
    CapAdd: inputs.capabilities?.adds,
    CapDrop: inputs.capabilities?.drops,
    CgroupParent: inputs.cgroupParent,
    CgroupnsMode: inputs.cgroupnsMode,
    DeviceRequests: deviceRequestsOf(inputs),
    Devices: inputs.devices?.map(({ hostPath, containerPath, permissions }) => ({
      PathOnHost: hostPath,
      PathInContainer: containerPath ?? hostPath,
      CgroupPermissions: permissions ?? "rwm",
    })),
    Dns: inputs.dns,
    DnsOptions: inputs.dnsOpts,
    DnsSearch: inputs.dnsSearches,
    ExtraHosts: inputs.hosts?.map(({ host, ip }) => `${host}:${ip}`),
    GroupAdd: inputs.groupAdds,
    Init: inputs.init ?? false,
    IpcMode: inputs.ipcMode,
    LogConfig: { Type: inputs.logDriver ?? "", Config: inputs.logOpts ?? {} },
    Mounts: inputs.mounts?.map(mountOf),
    NanoCpus: inputs.cpus === undefined ? undefined : Math.round(Number(inputs.cpus) * 1e9),
    NetworkMode: firstNetwork(inputs)?.name ?? inputs.networkMode,
    PidMode: inputs.pidMode,
    PortBindings: portBindingsOf(inputs),
    Privileged: inputs.privileged ?? false,
    PublishAllPorts: inputs.publishAllPorts ?? false,
    ReadonlyRootfs: inputs.readOnly ?? false,
    Runtime: inputs.runtime,
    SecurityOpt: inputs.securityOpts?.filter((option) => option !== "systempaths=unconfined"),
    ...(unconfined ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
    ShmSize: inputs.shmSize === undefined ? undefined : inputs.shmSize * mb,
    StorageOpt: inputs.storageOpts,
    Sysctls: inputs.sysctls,
    Tmpfs: inputs.tmpfs,
    Ulimits: inputs.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    UsernsMode: inputs.usernsMode,
    VolumesFrom: inputs.volumes?.flatMap(({ fromContainer, readOnly }) =>
      fromContainer ? [readOnly ? `${fromContainer}:ro` : fromContainer] : [],
    ),
  };
  return defined(host) as HostConfig; // Docker's own keys; the client's types lack some (CgroupnsMode, StorageOpt)
}

/** `source:target[:options]` */
export const bindsOf = ({ volumes }: Inputs): string[] =>
  (volumes ?? []).flatMap(({ hostPath, volumeName, containerPath, readOnly, selinuxRelabel }) => {
    const source = hostPath ?? volumeName;
    if (!source || !containerPath) return [];
    const options = [readOnly ? "ro" : "rw", ...(selinuxRelabel ? [selinuxRelabel] : [])];
    return [`${source}:${containerPath}:${options.join(",")}`];
  });

function portBindingsOf({ ports }: Inputs): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports ?? []) {
    const list = bindings[portKey(port)] ?? [];
    list.push({ HostIp: port.ip ?? "0.0.0.0", HostPort: port.external ? String(port.external) : "" });
    bindings[portKey(port)] = list;
  }
  return bindings;
}

/** Docker keeps what it was given, zeros included. */
const healthOf = (health: Inputs["healthcheck"]): ContainerCreateOptions["Healthcheck"] =>
  health && {
    Test: health.tests ?? [],
    Interval: nanoseconds(health.interval ?? "0s") ?? 0,
    Timeout: nanoseconds(health.timeout ?? "0s") ?? 0,
    StartPeriod: nanoseconds(health.startPeriod ?? "0s") ?? 0,
    StartInterval: nanoseconds(health.startInterval ?? "0s") ?? 0,
    Retries: health.retries ?? 0,
  };

const mountOf = ({ type, source, target, readOnly, bindOptions, tmpfsOptions, volumeOptions }: MountOf) => ({
  // judged before: one of Docker's types
  Type: type as "bind" | "volume" | "tmpfs",
  Source: source ?? "",
  Target: target,
  ReadOnly: readOnly ?? false,
  ...(bindOptions?.propagation ? { BindOptions: { Propagation: bindOptions.propagation } } : {}),
  ...(tmpfsOptions
    ? { TmpfsOptions: { SizeBytes: tmpfsOptions.sizeBytes ?? 0, Mode: tmpfsOptions.mode ?? 0 } }
    : {}),
  ...(volumeOptions
    ? {
        VolumeOptions: {
          NoCopy: volumeOptions.noCopy ?? false,
          Labels: labelMap(volumeOptions.labels),
          DriverConfig: { Name: volumeOptions.driverName ?? "", Options: volumeOptions.driverOptions ?? {} },
        },
      }
    : {}),
});
type MountOf = NonNullable<Inputs["mounts"]>[number];

function deviceRequestsOf({ gpus, deviceRequests }: Inputs) {
  if (gpus) {
    const ids = /^device=(.+)$/.exec(gpus)?.[1]?.split(",");
    const count = gpus === "all" ? -1 : Number(gpus);
    return [{ Driver: "", Capabilities: [["gpu"]], ...(ids ? { DeviceIDs: ids } : { Count: count }) }];
  }
  return deviceRequests?.map((request) => ({
    Driver: request.driver ?? "cdi",
    Count: request.count ?? 0,
    DeviceIDs: request.deviceIds ?? [],
    Capabilities: [request.capabilities ?? []],
    Options: request.options ?? {},
  }));
}

function pairOf(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Without keys that have no value; so the client's exact types hold. */
function defined<T extends object>(value: T): { [K in keyof T]-?: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]-?: Exclude<T[K], undefined> }; // see above
}
