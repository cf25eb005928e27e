import * as hcloud from "@pulumi/hcloud";
import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../kit/context.ts";
import * as coolify from "../providers/coolify/index.ts";
import { type Hetzner, kept, labelsOf } from "./coolify.ts";
import type { Project } from "./project.ts";
import type { Secrets } from "./secrets.ts";
import type { Servers } from "./servers.ts";

const port = 5432;

/**
 * PostgreSQL in Coolify, on a volume of its own that outlives the server. Reached by its name where the app is on the
 * same server, over the private network where it is not.
 */
export function database(here: Hetzner, on: Servers, project: Project, secrets: Secrets) {
  const { detail } = here.plan.database;
  const apart = on.data !== on.apps[0];
  const volume = new hcloud.Volume(
    "database",
    {
      name: nameOf(here.context, "database"),
      size: detail.volumeGb,
      location: here.plan.network.detail.location,
      format: "ext4",
      deleteProtection: here.context.protect,
      labels: labelsOf(here, "database"),
    },
    kept(here),
  );
  new hcloud.VolumeAttachment(
    "database",
    { volumeId: volume.id.apply(Number), serverId: on.data.server.id.apply(Number), automount: true },
    { parent: here.stage },
  );
  const name = here.context.spec.name.replaceAll("-", "_");
  const it = new coolify.Postgresql(
    "database",
    {
      ...project.place(on.data),
      name: nameOf(here.context, "database"),
      image: `postgres:${here.context.spec.database?.version ?? 17}`,
      memoryMb: detail.memoryMb,
      cpus: detail.cpus,
      ...(apart ? { publicPort: port } : {}),
      user: "owner",
      password: secrets.database,
      database: name,
      config: settings(detail.memoryMb),
    },
    { ...project.within, protect: here.context.protect, retainOnDelete: false },
  );
  const host = apart ? pulumi.output(on.data.privateIp) : it.id;
  const address = (role: string, password: pulumi.Output<string>) =>
    pulumi.interpolate`postgresql://${role}:${password}@${host}:${port}/${name}`;
  return {
    resource: it,
    name,
    url: address("app", secrets.app),
    ownerUrl: address("owner", secrets.database),
  };
}

export type Database = ReturnType<typeof database>;

/** A quarter of the memory for PostgreSQL itself, the rest for the system's cache; as its documentation advises. */
const settings = (memoryMb: number): string =>
  [
    "listen_addresses = '*'",
    `shared_buffers = ${Math.floor(memoryMb / 4)}MB`,
    `effective_cache_size = ${Math.floor((memoryMb * 3) / 4)}MB`,
    "max_connections = 200",
    "wal_compression = on",
    "log_min_duration_statement = 1000",
    "password_encryption = scram-sha-256",
  ].join("\n");
