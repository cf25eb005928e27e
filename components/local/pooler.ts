import type * as docker from "@pulumi/docker";
import { container } from "./container.ts";
import type { Local } from "./local.ts";
import { volume } from "./network.ts";

/**
 * PgBouncer in front of the database, on `pooler:6432`, TLS on both sides. Clients wait in it while the database
 * restarts. A change of size replaces it; sessions in a transaction finish first.
 */
export function pooler(local: Local): docker.Container {
  const { context, images, plan, secrets } = local;
  const { memoryMb, poolSize, maxClients } = plan.database.detail.pooler;
  const { cert, key } = secrets.leaf("pooler");
  return container(local, "pooler", {
    capability: "database",
    image: images.pooler,
    memoryMb,
    env: {
      DATABASE_NAME: context.spec.name,
      APP_PASSWORD: secrets.password["database-app"],
      POOL_MODE: context.spec.database?.pool.mode,
      POOL_SIZE: String(poolSize),
      MAX_CLIENTS: String(maxClients),
      TLS_CERT: cert,
      TLS_KEY: key,
      CA_CERT: secrets.ca,
    },
    // where a move has led it
    volumes: [{ volume: volume(local, "pooler-lead", "scratch"), path: "/var/lib/pooler" }],
    scratch: [{ path: "/run/pooler", uid: 10003 }, { path: "/tmp" }],
    health: ["healthy"],
    stopSignal: "SIGINT",
    stopSeconds: 30,
  });
}
