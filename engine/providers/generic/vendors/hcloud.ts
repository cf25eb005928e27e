import facts from "../facts/hcloud.json" with { type: "json" };
import { integer, opaque, pick } from "../mint.ts";
import type { Held, Values } from "../store.ts";
import { text } from "../values.ts";
import { block, isBlock, matches, within } from "./network.ts";
import type { Lookup, Vendor } from "./vendor.ts";

const pairs: Readonly<Record<string, readonly string[]>> = {
  "hcloud:index/networkSubnet:NetworkSubnet": ["networkId", "ipRange"],
  "hcloud:index/networkRoute:NetworkRoute": ["networkId", "destination"],
  "hcloud:index/loadBalancerService:LoadBalancerService": ["loadBalancerId", "listenPort"],
  "hcloud:index/loadBalancerNetwork:LoadBalancerNetwork": ["loadBalancerId", "networkId"],
  "hcloud:index/serverNetwork:ServerNetwork": ["serverId", "networkId"],
};
const hostname = matches(/^(?!-)[A-Za-z0-9.-]{1,63}(?<!-)$/, "a valid host name");
const guarded = ({ inputs }: Held) =>
  inputs.deleteProtection === true ? "deleteProtection is on" : undefined;

export const hcloud: Vendor = {
  autoname: true,
  scope: () => "project",
  id: ({ type, inputs, seed }) =>
    pairs[type]
      ?.map((input) => String(inputs[input] ?? ""))
      .join(pairs[type]?.includes("listenPort") ? "__" : "-") ?? String(integer(seed)),
  value: ({ seed, inputs, id }, property) => {
    if (/^(ipv4Address|ipv4)$/.test(property)) return `203.0.113.${pick(seed, 254) + 1}`;
    if (property === "datacenter") return `${text(inputs.location) ?? "fsn1"}-dc14`;
    if (property === "location") return text(inputs.datacenter)?.replace(/-dc.*/, "") ?? "fsn1";
    if (property === "linuxDevice") return `/dev/disk/by-id/scsi-0HC_Volume_${id}`;
    if (property === "status") return "running";
    return undefined;
  },
  replaces: facts.replaces,
  unique: Object.fromEntries(
    [
      "server:Server",
      "network:Network",
      "firewall:Firewall",
      "sshKey:SshKey",
      "volume:Volume",
      "loadBalancer:LoadBalancer",
      "placementGroup:PlacementGroup",
    ].map((type) => [`hcloud:index/${type}`, ["name"]]),
  ),
  refuses: Object.fromEntries(
    [
      "server:Server",
      "network:Network",
      "volume:Volume",
      "loadBalancer:LoadBalancer",
      "floatingIp:FloatingIp",
      "primaryIp:PrimaryIp",
    ].map((type) => [`hcloud:index/${type}`, guarded]),
  ),
  heldBy: {
    // API: resource_in_use.
    "hcloud:index/firewall:Firewall": [
      "hcloud:index/firewallAttachment:FirewallAttachment",
      "hcloud:index/server:Server",
    ],
    "hcloud:index/placementGroup:PlacementGroup": ["hcloud:index/server:Server"],
    "hcloud:index/network:Network": ["hcloud:index/networkSubnet:NetworkSubnet"],
    "hcloud:index/volume:Volume": ["hcloud:index/volumeAttachment:VolumeAttachment"],
  },
  rules: {
    "hcloud:index/network:Network": { ipRange: isBlock },
    "hcloud:index/networkSubnet:NetworkSubnet": { ipRange: subnetRange },
    "hcloud:index/server:Server": { name: hostname },
    // API, "Create a Volume": 10 to 10240 GB.
    "hcloud:index/volume:Volume": {
      size: (value) =>
        typeof value === "number" && (value < 10 || value > 10_240)
          ? `${value} must be 10 to 10240 GB`
          : undefined,
    },
  },
  functions: {
    "hcloud:index/getImage:getImage": ({ args }) => ({
      ...args,
      id: pick(`image:${JSON.stringify(args)}`, 90_000_000),
      name: text(args.name) ?? "debian-13",
      architecture: text(args.withArchitecture) ?? "x86",
      created: "2026-01-01T00:00:00Z",
      deprecated: "",
      description: "",
      labels: {},
      osFlavor: "debian",
      osVersion: "13",
      rapidDeploy: true,
      type: "system",
    }),
    "hcloud:index/getLocation:getLocation": located,
    "hcloud:index/getServerType:getServerType": ({ args }) => ({
      ...args,
      id: pick(`type:${String(args.name)}`, 200) + 1,
      architecture: /^cax/.test(String(args.name)) ? "arm" : "x86",
    }),
  },
};

function subnetRange(value: unknown, inputs: Values, held: () => Held[]): string | undefined {
  const wrong = isBlock(value, inputs, held);
  if (wrong || typeof value !== "string") return wrong;
  const network = held().find(
    ({ type, id }) => type === "hcloud:index/network:Network" && id === String(inputs.networkId),
  );
  const outer = typeof network?.inputs.ipRange === "string" ? block(network.inputs.ipRange) : undefined;
  const own = block(value);
  return !own || !outer || within(own, outer)
    ? undefined
    : `"${value}" is not inside its network's ${String(network?.inputs.ipRange)}`;
}

function located({ args }: Lookup): Values {
  const name = text(args.name) ?? "fsn1";
  return {
    ...args,
    id: pick(`location:${name}`, 20) + 1,
    name,
    networkZone: /^(ash|hil)/.test(name) ? "us-east" : "eu-central",
    city: opaque(name, 6),
    country: "DE",
    description: name,
    latitude: 50,
    longitude: 12,
  };
}
