import * as hcloud from "@pulumi/hcloud";
import { nameOf } from "../kit/context.ts";
import { child, type Hetzner, labelsOf } from "./coolify.ts";

/** Where servers talk to each other; the firewall is between them and the world. */
export function network(here: Hetzner) {
  const { context, platform, plan } = here;
  const net = new hcloud.Network(
    "network",
    { name: nameOf(context, "private"), ipRange: "10.30.0.0/16", labels: labelsOf(here, "network") },
    child(here),
  );
  const networkId = net.id.apply(Number);
  const subnet = new hcloud.NetworkSubnet(
    "network",
    { networkId, type: "cloud", networkZone: plan.network.detail.zone, ipRange: "10.30.1.0/24" },
    child(here),
  );
  const anywhere = ["0.0.0.0/0", "::/0"];
  const open = (port: string, sourceIps: readonly string[], description: string) => ({
    direction: "in",
    protocol: "tcp",
    port,
    sourceIps: [...sourceIps],
    description,
  });
  const admin = [
    open("22", platform.adminCidrs, "SSH, for administrators"),
    open("8443", platform.adminCidrs, "Coolify's API, for administrators"),
  ];
  const firewall = (name: string, web: boolean) =>
    new hcloud.Firewall(
      name,
      {
        name: nameOf(context, name),
        labels: labelsOf(here, "network"),
        rules: [
          ...admin,
          ...(web
            ? [open("80", anywhere, "redirects and certificates"), open("443", anywhere, "the app")]
            : []),
        ],
      },
      child(here),
    );
  const spread = new hcloud.PlacementGroup(
    "spread",
    { name: nameOf(context, "spread"), type: "spread", labels: labelsOf(here, "network") },
    child(here),
  );
  return { networkId, subnet, spread, firewall };
}

export type Network = ReturnType<typeof network>;
