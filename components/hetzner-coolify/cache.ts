import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../kit/context.ts";
import * as coolify from "../providers/coolify/index.ts";
import type { Hetzner } from "./coolify.ts";
import type { Project } from "./project.ts";
import type { Secrets } from "./secrets.ts";
import type { Servers } from "./servers.ts";

const port = 6379;

/** Redis, or Dragonfly where there are cores to use, beside the database. */
export function cache(here: Hetzner, on: Servers, project: Project, secrets: Secrets) {
  const { detail } = here.plan.cache;
  const apart = on.data !== on.apps[0];
  const shared = {
    ...project.place(on.data),
    name: nameOf(here.context, "cache"),
    memoryMb: detail.memoryMb,
    cpus: 1,
    password: secrets.cache,
    ...(apart ? { publicPort: port } : {}),
  };
  const policy = here.context.spec.cache?.policy === "keep" ? "noeviction" : "allkeys-lru";
  const it =
    detail.product === "redis"
      ? new coolify.Redis(
          "cache",
          {
            ...shared,
            image: "redis:8",
            config: `maxmemory ${Math.floor(detail.memoryMb * 0.8)}mb\nmaxmemory-policy ${policy}\n`,
          },
          project.within,
        )
      : new coolify.Dragonfly(
          "cache",
          { ...shared, image: "docker.dragonflydb.io/dragonflydb/dragonfly:v1.34.2" },
          project.within,
        );
  const host = apart ? pulumi.output(on.data.privateIp) : it.id;
  return { resource: it, url: pulumi.interpolate`redis://:${secrets.cache}@${host}:${port}` };
}

export type Cache = ReturnType<typeof cache>;
