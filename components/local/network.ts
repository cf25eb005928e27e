import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../kit/context.ts";
import { kept, type Local, labels } from "./local.ts";

export interface Network {
  readonly name: pulumi.Output<string>;
}

/** Docker cannot change labels in place: a new owner is no reason to replace a network, or what holds data. */
const unchangeable = ["labels"];

/**
 * One private bridge network. Containers find each other by alias; nothing is published on it but by `edge`.
 * A change of name replaces every container.
 */
export function network({ context, stage }: Pick<Local, "context" | "stage">): Network {
  const { name } = new docker.Network(
    "network",
    { name: nameOf(context, "private"), driver: "bridge", labels: labels(context, "network") },
    { parent: stage, deleteBeforeReplace: true, ignoreChanges: unchangeable },
  );
  return { name };
}

/** A volume of this stack. `data`: it holds what must not be lost, and outlives a `down`. */
export function volume(local: Pick<Local, "context" | "stage">, name: string, holds: "data" | "scratch") {
  const { context, stage } = local;
  return new docker.Volume(
    name,
    { name: nameOf(context, name), labels: labels(context, name.split("-")[0] ?? name) },
    {
      ...(holds === "data" ? kept(local) : { parent: stage }),
      deleteBeforeReplace: true,
      ignoreChanges: unchangeable,
    },
  );
}
