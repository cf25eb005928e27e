import type * as docker from "@pulumi/docker";
import { container } from "./container.ts";
import { type Database, databaseVolumes, repository } from "./database.ts";
import type { Local } from "./local.ts";
import { fixedMemoryMb } from "./sizes.ts";

/**
 * pgBackRest on its schedule, from the database's own image, over the database's socket. The first full backup is
 * made in the background as soon as archiving works. `docker exec … backup now|list` is what `rung backup` runs.
 */
export function backup(local: Local, database: Database): docker.Container {
  const { full, incremental } = local.plan.backup.detail;
  return container(local, "backup", {
    capability: "backup",
    image: local.images.database,
    command: ["backup"],
    memoryMb: fixedMemoryMb.backup,
    env: { ...repository(local), BACKUP_FULL: full, BACKUP_INCREMENTAL: incremental },
    volumes: databaseVolumes(database.data, database.socket, true),
    scratch: [{ path: "/run/database", uid: 10002 }, { path: "/tmp" }],
    health: ["healthy", "backup"],
    alone: true,
  });
}
