import type { ContainerArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import { isNothing, isObject, isUnknown } from "../../generic/values.ts";
import type { Values } from "../../provider.ts";
import { durationOf, nanoseconds } from "./duration.ts";

export type Inputs = Unwrap<ContainerArgs> & Values;

/** What is taken when nothing is said: an input that says just that compares as left out. */
const defaults: Values = {
  attach: false,
  cpuQuota: 0,
  cpuPeriod: 0,
  cpuShares: 0,
  cpuSet: "",
  containerReadRefreshTimeoutMilliseconds: 15_000,
  destroyGraceSeconds: 0,
  init: false,
  logs: false,
  maxRetryCount: 0,
  memory: 0,
  memoryReservation: 0,
  memorySwap: 0,
  mustRun: true,
  networkMode: "bridge",
  privileged: false,
  publishAllPorts: false,
  readOnly: false,
  removeVolumes: true,
  restart: "no",
  rm: false,
  shmSize: 64,
  start: true,
  stdinOpen: false,
  tty: false,
  wait: false,
  waitTimeout: 60,
};

/** The same inside lists of objects. */
const innerDefaults: Readonly<Record<string, Values>> = {
  devices: { permissions: "rwm" },
  mounts: { readOnly: false },
  networksAdvanced: { gwPriority: 0 },
  ports: { ip: "0.0.0.0", protocol: "tcp" },
  uploads: { executable: false },
  volumes: { readOnly: false },
};

/** Lists whose order means nothing to Docker. */
const sets = new Set([
  ...["deviceReadBps", "deviceReadIops", "deviceWriteBps", "deviceWriteIops", "devices", "dns", "dnsOpts"],
  ...["dnsSearches", "envs", "groupAdds", "hosts", "labels", "mounts", "networksAdvanced", "ports"],
  ...["securityOpts", "ulimits", "uploads", "volumes"],
]);

/** Inputs as they compare: defaults and empty values left out, sets in one order, spellings made one. */
export function normal(inputs: Inputs): Inputs {
  const entries = Object.entries(inputs)
    .filter(([key, value]) => !key.startsWith("__") && !isEmpty(value) && value !== defaults[key])
    .map(([key, value]) => [key, normalValue(key, value)] as const)
    .filter(([, value]) => !isEmpty(value));
  return Object.fromEntries(entries) as Inputs; // the same keys, fewer; each value an input again
}

function normalValue(key: string, value: unknown): unknown {
  if (isUnknown(value)) return value;
  if (key === "capabilities") return capabilities(value);
  if (key === "healthcheck") return healthcheck(value);
  if (key === "cpus") return String(Number(value));
  if (!Array.isArray(value)) return value;
  const inner = innerDefaults[key] ?? {};
  const parts = value.map((part) => (isObject(part) ? without(part, inner) : part));
  return sets.has(key) ? sorted(parts) : parts;
}

/** `CAP_NET_ADMIN` and `net_admin` are one. */
function capabilities(value: unknown): unknown {
  if (!isObject(value)) return value;
  const plain = (list: unknown) =>
    Array.isArray(list)
      ? sorted(list.map((name) => (isUnknown(name) ? name : String(name).toUpperCase().replace(/^CAP_/, ""))))
      : list;
  return without({ adds: plain(value.adds), drops: plain(value.drops) }, {});
}

function healthcheck(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, part]) => {
    const count = typeof part === "string" ? nanoseconds(part) : undefined;
    return [key, count === undefined ? part : durationOf(count)];
  });
  return without(Object.fromEntries(entries), {
    interval: "0s",
    timeout: "0s",
    startPeriod: "0s",
    startInterval: "0s",
    retries: 0,
  });
}

/** Nested lists of these objects (aliases, addresses) are sets as well. */
const without = (value: Values, inner: Values): Values =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([key, part]) => !isEmpty(part) && part !== inner[key])
      .map(([key, part]) => [key, Array.isArray(part) && key !== "tests" ? sorted(part) : part]),
  );

const sorted = (values: readonly unknown[]): unknown[] =>
  values
    .map((value) => ({
      value,
      key: JSON.stringify(isObject(value) ? Object.entries(value).toSorted() : value),
    }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ value }) => value);

const isEmpty = (value: unknown): boolean =>
  isNothing(value) ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);
