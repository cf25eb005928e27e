import type * as docker from "@pulumi/docker";
import { container } from "./container.ts";
import type { Edge } from "./edge.ts";
import type { Local } from "./local.ts";

/**
 * Varnish between the edge and the app, for GET and HEAD. Keeps what the app marks as cacheable, at most
 * `spec.cdn.maxAgeSeconds`; `docker exec … purge` forgets. A change of size replaces it, and it starts empty.
 */
export function cdn(local: Local, edge: Edge): docker.Container {
  const { memoryMb, storeMb, maxAgeSeconds } = local.plan.cdn.detail;
  return container(local, "cdn", {
    capability: "cdn",
    image: local.images.cdn,
    memoryMb,
    env: {
      CDN_MAX_AGE: String(maxAgeSeconds),
      CDN_STORE_MB: String(storeMb),
      PUBLIC_HOST: new URL(edge.url).host,
      PURGE_TOKEN: local.secrets.password.purge,
    },
    volumes: [edge.socket],
    scratch: [
      { path: "/run/cdn", uid: 10006 },
      // Varnish compiles its configuration into here and loads it.
      { path: "/var/lib/varnish", uid: 10006, mb: 48, exec: true },
      { path: "/tmp" },
    ],
    maxProcesses: 1024,
    health: ["healthy"],
    stopSeconds: 10,
  });
}
