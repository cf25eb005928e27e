import { hasUnknown } from "../../generic/values.ts";
import type { Failure } from "../../provider.ts";
import { nanoseconds } from "./duration.ts";
import type { Inputs } from "./inputs.ts";

const restarts = ["no", "on-failure", "always", "unless-stopped"];

/** What the SDK's types allow and Docker does not. Values that are not known yet are let through. */
export function judge(inputs: Inputs): Failure[] {
  const failures: Failure[] = [];
  const fail = (property: string, reason: string) =>
    failures.push({ property, reason: `"${property}" ${reason}` });
  const each = <T>(list: readonly T[] | undefined, look: (part: T, at: number) => void) => {
    if (Array.isArray(list))
      list.forEach((part, at) => {
        if (!hasUnknown(part)) look(part, at);
      });
  };

  for (const key of [
    "memory",
    "memoryReservation",
    "shmSize",
    "cpuShares",
    "waitTimeout",
    "stopTimeout",
  ] as const) {
    const value = inputs[key];
    if (typeof value === "number" && (!Number.isInteger(value) || value < 0)) {
      fail(key, "must be a whole number, 0 or more");
    }
  }
  if (inputs.restart !== undefined && !hasUnknown(inputs.restart) && !restarts.includes(inputs.restart)) {
    fail("restart", `must be one of ${restarts.join(", ")}`);
  }
  if (inputs.cpus !== undefined && !hasUnknown(inputs.cpus) && !(Number(inputs.cpus) > 0)) {
    fail("cpus", 'must be a number of CPUs in quotes, e.g. "0.5"');
  }
  if (inputs.rm && inputs.restart && inputs.restart !== "no") fail("rm", 'goes with "restart" no alone');
  if (inputs.wait && inputs.start === false) fail("wait", 'needs "start"');
  if (inputs.attach && inputs.wait)
    fail("attach", 'waits until the container ends, "wait" until it is healthy: give one');
  each(inputs.command, (word, at) => word === "" && fail(`command[${at}]`, "must not be empty"));
  each(inputs.envs, (env, at) => !/^[^=]+=/.test(env) && fail(`envs[${at}]`, "must be KEY=value"));
  for (const key of ["interval", "timeout", "startPeriod", "startInterval"] as const) {
    const value = inputs.healthcheck?.[key];
    if (value === undefined || hasUnknown(value) || nanoseconds(value) !== undefined) continue;
    fail(`healthcheck.${key}`, `must be a duration such as "3s"; found "${value}"`);
  }
  each(inputs.ports, ({ internal, external, protocol }, at) => {
    for (const [key, port] of Object.entries({ internal, external })) {
      if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
        fail(`ports[${at}].${key}`, "must be a port, 1 to 65535");
      }
    }
    if (protocol && !["tcp", "udp", "sctp"].includes(protocol))
      fail(`ports[${at}].protocol`, "must be tcp, udp or sctp");
  });
  each(inputs.volumes, ({ containerPath, fromContainer, hostPath, volumeName }, at) => {
    if (!containerPath && !fromContainer) fail(`volumes[${at}]`, 'needs "containerPath"');
    if (hostPath && volumeName) fail(`volumes[${at}]`, 'has both "hostPath" and "volumeName": give one');
  });
  each(inputs.mounts, ({ type }, at) => {
    if (!["bind", "volume", "tmpfs"].includes(type))
      fail(`mounts[${at}].type`, "must be bind, volume or tmpfs");
  });
  each(inputs.uploads, (upload, at) => {
    const sources = [upload.content, upload.contentBase64, upload.source].filter(
      (source) => source !== undefined,
    );
    if (sources.length !== 1) fail(`uploads[${at}]`, 'needs one of "content", "contentBase64" and "source"');
    if (upload.permissions && !/^[0-7]{3,4}$/.test(upload.permissions)) {
      fail(`uploads[${at}].permissions`, 'must be octal, e.g. "0640"');
    }
    for (const key of ["owner", "group"] as const) {
      if (upload[key] && !/^\d+$/.test(upload[key]))
        fail(`uploads[${at}].${key}`, "must be a number here: names are the image's");
    }
  });
  return failures;
}
