import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { container } from "./container.ts";
import type { Local } from "./local.ts";
import { volume } from "./network.ts";

export interface Cache {
  readonly container: docker.Container;
  readonly url: pulumi.Output<string>;
}

/**
 * Valkey on `cache:6379`, TLS and a password. Policy `evict`: in memory only, and a change of size replaces it.
 * Policy `keep`: written to a volume each second, and a change restarts it.
 */
export function cache(local: Local): Cache {
  const { images, plan, secrets } = local;
  const { memoryMb, maxMemoryMb, policy } = plan.cache.detail;
  const keep = policy === "noeviction";
  const { cert, key } = secrets.leaf("cache");
  const made = container(local, "cache", {
    capability: "cache",
    image: images.cache,
    memoryMb,
    env: {
      CACHE_PASSWORD: secrets.password.cache,
      CACHE_MAX_MEMORY_MB: String(maxMemoryMb),
      CACHE_POLICY: policy,
      CACHE_PERSIST: keep ? "yes" : "no",
      TLS_CERT: cert,
      TLS_KEY: key,
      CA_CERT: secrets.ca,
    },
    volumes: keep ? [{ volume: volume(local, "cache-data", "data"), path: "/data" }] : [],
    scratch: [
      { path: "/run/cache", uid: 10004 },
      { path: "/tmp" },
      ...(keep ? [] : [{ path: "/data", uid: 10004, mb: 1 }]),
    ],
    health: ["healthy"],
    alone: keep,
  });
  return { container: made, url: pulumi.interpolate`rediss://app:${secrets.password.cache}@cache:6379` };
}
