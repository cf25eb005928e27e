import type * as docker from "@pulumi/docker";
import { container, type Mounted } from "./container.ts";
import type { Local } from "./local.ts";
import { volume } from "./network.ts";
import { fixedMemoryMb } from "./sizes.ts";

export interface Edge {
  readonly container: docker.Container;
  readonly url: string;
  /** The app behind the load balancer, for containers inside. */
  readonly inside: string;
  /** Holds the socket of the inner door, for the CDN. */
  readonly socket: Mounted;
}

/**
 * HAProxy: the only part with published ports, on 127.0.0.1. TLS by the stack's CA, security headers, load balancing
 * with health and safe retries. It finds replicas by name, so neither size nor image ever replaces it; a change of
 * its ports, certificate or own configuration does (a second without an answer).
 */
export function edge(local: Local): Edge {
  const { context, images, secrets } = local;
  const { spec, ports } = context;
  const { cert, key } = secrets.leaf("edge", { dns: ["localhost"], ip: ["127.0.0.1"] });
  const socket = { volume: volume(local, "edge-socket", "scratch"), path: "/run/inside" };
  const made = container(local, "edge", {
    capability: "edge",
    image: images.edge,
    memoryMb: fixedMemoryMb.edge,
    env: {
      APP_PORT: String(spec.container.port),
      READY_PATH: spec.container.health.ready,
      LIVE_PATH: spec.container.health.live,
      CDN: spec.cdn ? "on" : "off",
      HTTPS_PORT: String(ports.https),
      OBSERVER_PASSWORD: secrets.password.observer,
      TLS_CERT: cert,
      TLS_KEY: key,
    },
    volumes: [socket],
    scratch: [{ path: "/run/edge", uid: 10005 }],
    published: [
      { inside: 8443, outside: ports.https },
      { inside: 8000, outside: ports.http },
    ],
    health: ["healthy"],
    stopSignal: "SIGUSR1",
    stopSeconds: 10,
    alone: true,
  });
  return { container: made, url: `https://localhost:${ports.https}`, inside: "http://edge:8080", socket };
}
