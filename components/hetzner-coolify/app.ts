import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../kit/context.ts";
import type { Bindings } from "../model/bindings.ts";
import * as coolify from "../providers/coolify/index.ts";
import type { Hetzner } from "./coolify.ts";
import type { Project } from "./project.ts";
import type { Servers } from "./servers.ts";

/** Of `docker run`: as hardened as on every other stage. */
const hardened = "--read-only --tmpfs /tmp --cap-drop=ALL --security-opt=no-new-privileges:true --init";

/**
 * The app in Coolify, by digest, on one server or several. A deployment replaces containers one server after another
 * and waits until they are healthy; migrations run in the image's own entrypoint before it serves.
 */
export function app(
  here: Hetzner,
  on: Servers,
  project: Project,
  image: string,
  values: Bindings<pulumi.Input<string>> & Readonly<Record<string, pulumi.Input<string> | undefined>>,
) {
  const { container } = here.context.spec;
  const { memoryMb, cpus } = here.plan.app.detail;
  const [first, ...others] = on.apps;
  if (!first) throw new Error("there is no server for the app");
  const it = new coolify.Application(
    "app",
    {
      ...project.place(first),
      furtherDestinationUuids: pulumi.all(others.map(({ destinationUuid }) => destinationUuid)),
      name: nameOf(here.context, "app"),
      image,
      port: container.port,
      // Behind the load balancer TLS has ended already.
      domains: [`${here.plan.edge.detail.loadBalancer ? "http" : "https"}://${here.platform.domain}`],
      memoryMb,
      cpus,
      healthPath: container.health.ready,
      healthCommand: "/app/entrypoint health",
      stopSeconds: container.drainSeconds + 15,
      dockerOptions: hardened,
      previews: false,
    },
    project.within,
  );
  const given = Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Record<string, pulumi.Input<string>>; // those without a value are left out
  const variables = new coolify.Variables(
    "app",
    { applicationUuid: it.id, values: pulumi.all(given) },
    project.within,
  );
  const deployment = new coolify.Deployment(
    "app",
    {
      applicationUuid: it.id,
      // What it brings into force, so that any change of it deploys.
      triggers: pulumi.all([image, String(memoryMb), String(cpus), digestOf(given)]),
      withinSeconds: Math.round(here.context.healthTimeoutMinutes * 60) + 600,
    },
    { ...project.within, dependsOn: [variables] },
  );
  return { application: it, deployment };
}

const digestOf = (values: Readonly<Record<string, pulumi.Input<string>>>): pulumi.Output<string> =>
  pulumi.jsonStringify(values).apply((text) => createHash("sha256").update(text).digest("hex"));

export type App = ReturnType<typeof app>;
