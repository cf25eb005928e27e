import type { Spec } from "../../model/spec.ts";
import type { LocalDetails } from "../blueprint.ts";

/** The lines of postgresql.conf that the size and the spec decide. What holds for all is in the image. */
export function postgresSettings(spec: Spec, detail: LocalDetails["database"]): string {
  const { memoryMb, sharedBuffersMb, maxConnections } = detail;
  const lines = [
    `shared_buffers = ${sharedBuffersMb}MB`,
    `max_connections = ${maxConnections}`,
    `effective_cache_size = ${Math.floor(memoryMb * 0.6)}MB`,
    `maintenance_work_mem = ${Math.max(32, Math.floor(memoryMb / 12))}MB`,
    // A quarter of the memory, shared by half of the connections, each sorting once.
    `work_mem = ${Math.max(2, Math.floor(memoryMb / 4 / (maxConnections / 2)))}MB`,
    `max_wal_size = ${Math.max(512, memoryMb)}MB`,
    "min_wal_size = 80MB",
  ];
  if (spec.database?.extensions.includes("pg_cron")) {
    lines.push(
      "shared_preload_libraries = 'pg_cron'",
      `cron.database_name = '${spec.name}'`,
      "cron.use_background_workers = on",
    );
  }
  return lines.join("\n");
}
