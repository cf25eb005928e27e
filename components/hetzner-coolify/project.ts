import { nameOf } from "../kit/context.ts";
import * as coolify from "../providers/coolify/index.ts";
import type { Hetzner } from "./coolify.ts";
import type { Place, Servers } from "./servers.ts";

/** The stack in Coolify: a project for the app, an environment for the stack, and where in it things are put. */
export function project(here: Hetzner, on: Servers) {
  const within = { parent: here.stage, provider: on.provider };
  const own = new coolify.Project("project", { name: nameOf(here.context, "project") }, within);
  const environment = new coolify.Environment(
    "environment",
    { projectUuid: own.id, name: here.context.stack.padEnd(3, "-") },
    within,
  );
  const place = ({ serverUuid, destinationUuid }: Place) => ({
    serverUuid,
    destinationUuid,
    projectUuid: own.id,
    environmentName: environment.name,
    environmentUuid: environment.uuid,
  });
  return { within, place };
}

export type Project = ReturnType<typeof project>;
