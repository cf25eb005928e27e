import type { Values } from "../../provider.ts";
import { labelList } from "../shared.ts";
import type { Found } from "./found.ts";
import type { Inputs } from "./inputs.ts";
import type { Ran } from "./run.ts";

/** Outputs: the inputs, and what Docker chose where nothing was asked for. */
export const stateOf = (inputs: Inputs, found: Found, ran: Ran): Values => ({
  bridge: found.NetworkSettings.Bridge ?? "",
  command: found.Config.Cmd ?? [],
  entrypoints: found.Config.Entrypoint ?? [],
  envs: [],
  hostname: found.Config.Hostname,
  init: found.HostConfig.Init ?? false,
  ipcMode: found.HostConfig.IpcMode ?? "",
  labels: labelList(found.Config.Labels) ?? [],
  logDriver: found.HostConfig.LogConfig?.Type ?? "",
  networkMode: found.HostConfig.NetworkMode ?? "",
  platform: found.Platform,
  runtime: found.HostConfig.Runtime ?? "",
  securityOpts: found.HostConfig.SecurityOpt ?? [],
  shmSize: (found.HostConfig.ShmSize ?? 0) / (1024 * 1024),
  stopSignal: found.Config.StopSignal ?? "",
  stopTimeout: found.Config.StopTimeout ?? 0,
  user: found.Config.User,
  workingDir: found.Config.WorkingDir,
  ...inputs,
  name: found.Name.replace(/^\//, ""),
  networkDatas: networkDatas(found),
  exitCode: ran.exitCode ?? 0,
  containerLogs: ran.containerLogs ?? "",
});

const networkDatas = ({ NetworkSettings }: Found): Values[] =>
  Object.entries(NetworkSettings.Networks ?? {}).map(([networkName, endpoint]) => ({
    networkName,
    ipAddress: endpoint.IPAddress,
    ipPrefixLength: endpoint.IPPrefixLen,
    gateway: endpoint.Gateway,
    globalIpv6Address: endpoint.GlobalIPv6Address,
    globalIpv6PrefixLength: endpoint.GlobalIPv6PrefixLen,
    ipv6Gateway: endpoint.IPv6Gateway,
    macAddress: endpoint.MacAddress,
  }));
