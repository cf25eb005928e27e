import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { nameOf, type StackContext } from "../kit/context.ts";
import { postgresSettings } from "./config/postgres.ts";
import { container, type Mounted } from "./container.ts";
import type { Local } from "./local.ts";
import { volume } from "./network.ts";
import type { Storage } from "./storage.ts";
import { backupBucket } from "./storage.ts";
import { trustedCa } from "./trust.ts";

export interface Database {
  readonly container: docker.Container;
  /** As the app's role, through the pooler. */
  readonly url: pulumi.Output<string>;
  /** As the owner, straight to the database: for migrations. */
  readonly ownerUrl: pulumi.Output<string>;
  readonly data: docker.Volume;
  /** Where the database's socket is; only `backup` shares it. */
  readonly socket: docker.Volume;
}

/**
 * PostgreSQL 17 on `database:5432`, TLS and scram only. Healthy when roles, database and extensions are there and a
 * WAL segment has reached the archive. A change of size restarts it (seconds, clients wait in the pooler); data
 * stays. Passwords are set anew at each start.
 */
export function database(local: Local, storage: Storage): Database {
  const { context, images, plan, secrets } = local;
  const { spec } = context;
  const { detail } = plan.database;
  const data = volume(local, "database-data", "data");
  const socket = volume(local, "database-socket", "scratch");
  const { cert, key } = secrets.leaf("database", { dns: ["database", peerName(context)] });
  const made = container(local, "database", {
    capability: "database",
    image: images.database,
    memoryMb: detail.memoryMb,
    sharedMemoryMb: 128,
    maxProcesses: 1024,
    env: {
      ...repository(local),
      DATABASE_EXTENSIONS: spec.database?.extensions.join(","),
      DATABASE_SETTINGS: postgresSettings(spec, detail),
      OWNER_PASSWORD: secrets.password["database-owner"],
      APP_PASSWORD: secrets.password["database-app"],
      MONITOR_PASSWORD: secrets.password["database-monitor"],
      TLS_CERT: cert,
      TLS_KEY: key,
    },
    volumes: databaseVolumes(data, socket),
    scratch: [{ path: "/run/database", uid: 10002 }, { path: "/tmp" }],
    health: ["healthy"],
    // INT is a fast shutdown: sessions end, the last WAL is archived.
    stopSignal: "SIGINT",
    stopSeconds: 60,
    alone: true,
    dependsOn: [storage.container],
  });
  const at = (role: string, password: pulumi.Output<string>, host: string) =>
    pulumi.interpolate`postgresql://${role}:${password}@${host}/${spec.name}?sslmode=verify-full`;
  return {
    container: made,
    url: at("app", secrets.password["database-app"], "pooler:6432"),
    ownerUrl: pulumi.interpolate`${at("owner", secrets.password["database-owner"], "database:5432")}&sslrootcert=${trustedCa}`,
    data,
    socket,
  };
}

/** The database's name on another stack's network, while data moves between the two. */
export const peerName = (context: StackContext): string => nameOf(context, "database-peer");

/** Where database and backup keep the cluster and its socket. */
export const databaseVolumes = (data: docker.Volume, socket: docker.Volume, readOnly = false): Mounted[] => [
  { volume: data, path: "/var/lib/postgresql/data", readOnly },
  { volume: socket, path: "/run/postgresql" },
];

/** What pgBackRest is told, in both containers that run it. */
export function repository({ context, plan, secrets }: Local) {
  return {
    DATABASE_NAME: context.spec.name,
    BACKUP_BUCKET: backupBucket,
    BACKUP_SECRET: secrets.password["storage-backup"],
    BACKUP_CIPHER: secrets.password["backup-cipher"],
    BACKUP_KEEP_DAYS: String(plan.backup.detail.keepDays),
    CA_CERT: secrets.ca,
  };
}
