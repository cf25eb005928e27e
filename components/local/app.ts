import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../model/bindings.ts";
import { container } from "./container.ts";
import type { Database } from "./database.ts";
import type { Local } from "./local.ts";
import type { trust } from "./trust.ts";

export interface App {
  readonly replicas: readonly docker.Container[];
  readonly migrate: docker.Container | undefined;
}

/**
 * The app's replicas behind the alias `app`, after its migrations have run. A new image or setting makes new
 * replicas first, and drains the old when all new ones are healthy; one that never is fails the update and gets no
 * traffic.
 */
export function app(
  local: Local,
  bindings: Bindings<pulumi.Input<string>>,
  needs: {
    trust: ReturnType<typeof trust>;
    database: Database | undefined;
    all: readonly docker.Container[];
  },
): App {
  const { context, images, plan } = local;
  const { replicas, memoryMb, cpus } = plan.app.detail;
  const { drainSeconds } = context.spec.container;
  const migrate = needs.database ? migration(local, needs.database, needs.trust) : undefined;
  const one = (number: number) =>
    container(local, `app-${number}`, {
      capability: "app",
      image: images.app,
      memoryMb,
      cpus,
      aliases: ["app"],
      env: bindings,
      volumes: [needs.trust.mount],
      scratch: [{ path: "/tmp", mb: 32 }],
      // Each second: a rollback waits for it.
      health: ["/app/entrypoint", "health"],
      // Serving on while the edge takes notice, then ending what runs.
      stopSeconds: drainSeconds + 15,
      dependsOn: [needs.trust.container, ...needs.all, ...(migrate ? [migrate] : [])],
    });
  return { replicas: Array.from({ length: replicas }, (_, index) => one(index + 1)), migrate };
}

/** Runs the image's migrations as the owner, straight to the database; a failure ends the update before the app. */
function migration(local: Local, database: Database, trusted: ReturnType<typeof trust>): docker.Container {
  return container(local, "migrate", {
    capability: "app",
    image: local.images.app,
    command: ["migrate"],
    memoryMb: 128,
    env: { DATABASE_URL: database.ownerUrl, NODE_EXTRA_CA_CERTS: `${trusted.mount.path}/ca.pem` },
    volumes: [trusted.mount],
    dependsOn: [database.container, trusted.container],
  });
}
