import type { NetworkArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import type { NetworkInspectInfo } from "dockerode";
import { isObject, unknown } from "../generic/values.ts";
import type { ResourceDefinition, Values } from "../provider.ts";
import { changesBetween, computedOutputs, failuresIn } from "../table.ts";
import { ask, type DockerError, docker, find, statusOf } from "./client.ts";
import { officialReplaces } from "./replaces.ts";
import { drifted, foreign, isOurs, keepsItsName, labelList, labelMap, named, pause } from "./shared.ts";
import { table } from "./table.ts";

const token = "docker:index/network:Network";
type Inputs = Unwrap<NetworkArgs> & Values;

/** How long containers may take to leave a network that is removed. */
const leaveSeconds = 30;

export const network: ResourceDefinition<Inputs> = {
  secrets: [],

  check(given, before, call) {
    return { inputs: named(given, before, call), failures: failuresIn(table, token, given) };
  },

  diff(before, now, ignore) {
    const replaces = (key: string) => (officialReplaces.Network as readonly string[]).includes(key);
    const changes = changesBetween(normal(before.inputs), normal(now), replaces, ignore);
    return { changes, deleteBeforeReplace: keepsItsName(before, now) };
  },

  plan: (now, before) => ({
    ...(before ?? Object.fromEntries(computedOutputs(table, token).map((key) => [key, unknown]))),
    ...now,
  }),

  async create(now, call) {
    const engine = await docker();
    const name = now.name ?? call.name;
    const there = await findByName(name);
    if (there) {
      if (!isOurs(there.Labels, now.labels))
        throw new Error(foreign("network", name, `${token} ${call.name} ${name}`));
      if (agrees(now, there)) return { id: there.Id, state: stateOf(now, there) };
      await remove(there.Id, name, call.signal);
    }
    const made = await ask(`create the network "${name}"`, engine.createNetwork(bodyOf(now, name)));
    const found = await ask(`read the network "${name}"`, inspect(made.id));
    return { id: found.Id, state: stateOf(now, found) };
  },

  async read(id, before) {
    const byId = await find(`read the network "${id}"`, inspect(id));
    const found = byId ?? (await ofSameName(before?.inputs));
    if (!found) return undefined;
    const written = before?.inputs ?? {};
    const inputs = drifted(written, normal(written), observed(found, written));
    return { id: found.Id, inputs, state: stateOf(inputs, found) };
  },

  async update(before, now) {
    return { ...before.state, ...now };
  },

  async delete({ id, state }, call) {
    await remove(id, String(state.name ?? id), call.signal);
  },
};

async function inspect(id: string): Promise<NetworkInspectInfo> {
  const engine = await docker();
  return engine.getNetwork(id).inspect();
}

/** Docker's filter finds parts of names too. */
async function findByName(name: string): Promise<NetworkInspectInfo | undefined> {
  const engine = await docker();
  const listed = await ask("list the networks", engine.listNetworks({ filters: { name: [name] } }));
  return listed.find((one) => one.Name === name);
}

/** Made again by hand under the same name: still this one, with its differences. */
async function ofSameName(inputs: Inputs | undefined): Promise<NetworkInspectInfo | undefined> {
  if (!inputs?.name) return undefined;
  const found = await findByName(inputs.name);
  return found && isOurs(found.Labels, inputs.labels) ? found : undefined;
}

/** Containers that are being removed at the same moment may still be in it. */
async function remove(id: string, name: string, signal: AbortSignal): Promise<void> {
  const engine = await docker();
  const until = Date.now() + leaveSeconds * 1000;
  for (;;) {
    try {
      await find(`remove the network "${name}"`, engine.getNetwork(id).remove());
      return;
    } catch (error) {
      const isInUse = statusOf(error) === 403 && (error as DockerError).message.includes("active endpoints"); // has a status
      if (!isInUse || Date.now() > until) throw error;
      await pause(200, signal);
    }
  }
}

const bodyOf = (now: Inputs, name: string) => ({
  Name: name,
  CheckDuplicate: true,
  Driver: now.driver ?? "bridge",
  Internal: now.internal ?? false,
  Attachable: now.attachable ?? false,
  Ingress: now.ingress ?? false,
  EnableIPv6: now.ipv6 ?? false,
  Options: now.options ?? {},
  Labels: labelMap(now.labels),
  ...(now.ipamConfigs || now.ipamDriver || now.ipamOptions
    ? {
        IPAM: {
          Driver: now.ipamDriver ?? "default",
          Options: now.ipamOptions ?? {},
          Config: (now.ipamConfigs ?? []).map(({ subnet, ipRange, gateway, auxAddress }) =>
            defined({ Subnet: subnet, IPRange: ipRange, Gateway: gateway, AuxAddress: auxAddress }),
          ),
        },
      }
    : {}),
});

/** What Docker takes when nothing is said. */
const defaults: Values = {
  attachable: false,
  driver: "bridge",
  ingress: false,
  internal: false,
  ipamDriver: "default",
  ipv6: false,
};

/** Inputs as they compare: defaults left out, labels in order. */
function normal(inputs: Inputs): Inputs {
  const labels =
    isObject(inputs.labels) || Array.isArray(inputs.labels)
      ? labelList(labelMap(inputs.labels))
      : inputs.labels;
  const entries = Object.entries({ ...inputs, labels }).filter(([key, value]) => value !== defaults[key]);
  return defined(Object.fromEntries(entries)) as Inputs; // the same keys, fewer
}

/** What is there, as inputs that would have made it. Addresses only where they were asked for. */
function observed(found: NetworkInspectInfo, written: Inputs): Inputs {
  const configs = (found.IPAM?.Config ?? []).map((config) =>
    defined({
      subnet: config.Subnet,
      ipRange: config.IPRange,
      gateway: config.Gateway,
      auxAddress: config.AuxiliaryAddresses,
    }),
  );
  const asked = written.ipamConfigs;
  const ipamConfigs = asked?.map((config, index) => {
    const keys = Object.keys(defined(config));
    return Object.fromEntries(Object.entries(configs[index] ?? {}).filter(([key]) => keys.includes(key)));
  });
  return normal({
    name: found.Name,
    driver: found.Driver,
    internal: found.Internal,
    attachable: found.Attachable,
    ingress: found.Ingress,
    ipv6: found.EnableIPv6,
    options: found.Options ?? {},
    labels: labelList(found.Labels),
    ipamDriver: found.IPAM?.Driver,
    ipamOptions: written.ipamOptions,
    ipamConfigs,
  } as Inputs); // each key of the same type as there
}

const agrees = (now: Inputs, there: NetworkInspectInfo): boolean =>
  changesBetween(normal(now), observed(there, now), () => true).length === 0;

const stateOf = (inputs: Inputs, found: NetworkInspectInfo): Values => ({
  ...inputs,
  name: found.Name,
  driver: found.Driver,
  internal: found.Internal,
  options: found.Options ?? {},
  scope: found.Scope,
  ipamConfigs: (found.IPAM?.Config ?? []).map((config) =>
    defined({ subnet: config.Subnet, gateway: config.Gateway, ipRange: config.IPRange }),
  ),
});

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(
    Object.entries(value).filter(([, part]) => part !== undefined && part !== null && part !== ""),
  ) as T; // the same keys, fewer
