import type * as docker from "@pulumi/docker";
import { container, type Mounted } from "./container.ts";
import type { Local } from "./local.ts";
import { volume } from "./network.ts";

/** Where containers that verify by file find the stack's CA. */
export const trustedCa = "/etc/rung/trust/ca.pem";

/** The CA's certificate as a file: Node takes it only so (NODE_EXTRA_CA_CERTS), and the app's root is read-only. */
export function trust(local: Local): { container: docker.Container; mount: Mounted } {
  const shared = volume(local, "trust", "scratch");
  const made = container(local, "trust", {
    capability: "secrets",
    image: local.images.trust,
    memoryMb: 32,
    env: { CA_CERT: local.secrets.ca },
    volumes: [{ volume: shared, path: "/trust" }],
  });
  return { container: made, mount: { volume: shared, path: "/etc/rung/trust", readOnly: true } };
}
