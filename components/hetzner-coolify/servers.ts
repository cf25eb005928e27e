import * as hcloud from "@pulumi/hcloud";
import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../kit/context.ts";
import * as coolify from "../providers/coolify/index.ts";
import { controlHost, plainHost } from "./cloudInit.ts";
import { child, type Hetzner, kept, labelsOf } from "./coolify.ts";
import type { Network } from "./network.ts";
import { apiCertificate, type Secrets } from "./secrets.ts";
import type { ServerType } from "./sizes.ts";

/** Coolify 4, as its provider here knows it. */
const coolifyRelease = "4.3.10";
const image = "ubuntu-24.04";

/** A server as Coolify knows it. */
export interface Place {
  readonly server: hcloud.Server;
  readonly serverUuid: pulumi.Output<string>;
  readonly destinationUuid: pulumi.Output<string>;
  readonly privateIp: string;
}

/**
 * The servers, hardened at their first boot, with Coolify on the first; and Coolify told of the others. A bigger type
 * changes a server in place; what is on its disk stays.
 */
export function servers(here: Hetzner, net: Network, secrets: Secrets) {
  const { servers: has } = here.plan.app.detail;
  const keys = [...here.platform.sshPublicKeys, secrets.ssh.publicKey].map(
    (publicKey, index) =>
      new hcloud.SshKey(
        `key-${index}`,
        { name: nameOf(here.context, `key-${index}`), publicKey, labels: labelsOf(here, "network") },
        child(here),
      ),
  );
  const address = new hcloud.PrimaryIp(
    "control",
    {
      name: nameOf(here.context, "control"),
      type: "ipv4",
      assigneeType: "server",
      autoDelete: false,
      location: here.plan.network.detail.location,
      labels: labelsOf(here, "app"),
    },
    kept(here),
  );
  const api = apiCertificate(here, address.ipAddress);
  const [open, closed] = [net.firewall("web", true), has.apps ? net.firewall("inside", false) : undefined];
  const make = (name: string, type: ServerType, ip: string, userData: pulumi.Input<string>, web: boolean) =>
    new hcloud.Server(
      name,
      {
        name: nameOf(here.context, name),
        serverType: type,
        image,
        location: here.plan.network.detail.location,
        sshKeys: keys.map(({ id }) => id),
        placementGroupId: net.spread.id.apply(Number),
        firewallIds: [(web ? open : (closed ?? open)).id.apply(Number)],
        networks: [{ networkId: net.networkId, ip }],
        publicNets: [
          name === "control"
            ? { ipv4Enabled: true, ipv4: address.id.apply(Number), ipv6Enabled: true }
            : { ipv4Enabled: true, ipv6Enabled: true },
        ],
        userData,
        backups: true,
        keepDisk: true,
        shutdownBeforeDeletion: true,
        deleteProtection: here.context.protect,
        rebuildProtection: here.context.protect,
        labels: labelsOf(here, name),
      },
      // The first boot alone reads the user data; what was written there since must not replace a server.
      { ...kept(here), dependsOn: [net.subnet], ignoreChanges: ["userData", "sshKeys", "image"] },
    );

  const controlData = pulumi
    .all([secrets.coolify.hash, api.certificate, api.key])
    .apply(([tokenHash, certificate, key]) =>
      controlHost({ version: coolifyRelease, tokenHash, certificate, key }),
    );
  const control = make("control", has.control, "10.30.1.10", pulumi.secret(controlData), !has.apps);
  const provider = new coolify.Provider(
    "coolify",
    {
      endpoint: pulumi.interpolate`https://${address.ipAddress}:8443`,
      token: secrets.coolify.token,
      certificateAuthority: api.authority,
    },
    { parent: here.stage, dependsOn: [control] },
  );
  const within = { parent: here.stage, provider };
  const own = new coolify.LocalServer("control", {}, within);
  const controlPlace: Place = {
    server: control,
    serverUuid: own.id,
    destinationUuid: own.destinationUuid,
    privateIp: "10.30.1.10",
  };
  const login = has.apps
    ? new coolify.PrivateKey(
        "servers",
        { name: nameOf(here.context, "servers"), privateKey: secrets.ssh.privateKey },
        within,
      )
    : undefined;
  const further = (name: string, type: ServerType, privateIp: string, web: boolean): Place => {
    const server = make(name, type, privateIp, plainHost(), web);
    const known = new coolify.Server(
      name,
      {
        name: nameOf(here.context, name),
        ip: privateIp,
        privateKeyUuid: login?.id ?? "",
        proxy: web ? "traefik" : "none",
      },
      { ...within, dependsOn: [server] },
    );
    return { server, serverUuid: known.id, destinationUuid: known.destinationUuid, privateIp };
  };
  const apps = has.apps
    ? Array.from({ length: has.apps.count }, (_, index) =>
        further(`app-${index + 1}`, has.apps?.type ?? has.control, `10.30.1.${30 + index}`, false),
      )
    : [controlPlace];
  return { address, authority: api.authority, provider, data: controlPlace, apps };
}

export type Servers = ReturnType<typeof servers>;
