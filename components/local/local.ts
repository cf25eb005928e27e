import type * as pulumi from "@pulumi/pulumi";
import { cloneId } from "../../engine/clone.ts";
import type { StackContext } from "../kit/context.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { LocalDetails } from "./blueprint.ts";
import type { Images } from "./image.ts";
import type { Network } from "./network.ts";
import type { Secrets } from "./secrets.ts";

/** What every capability's function of this stage is told. */
export interface Local {
  readonly context: StackContext;
  readonly plan: Blueprint<LocalDetails>["capabilities"];
  /** The component that everything is a child of. */
  readonly stage: pulumi.ComponentResource;
  readonly images: Images;
  readonly network: Network;
  readonly secrets: Secrets;
}

/** Options of what a `down` leaves alone: stores of data, and what unlocks them. */
export const kept = ({ context, stage }: Pick<Local, "context" | "stage">): pulumi.CustomResourceOptions => ({
  parent: stage,
  protect: context.protect,
});

/** Labels of everything made in Docker, e.g. `dev.rung.stack`. Never a secret. */
export function labels({ tags }: StackContext, capability: string): { label: string; value: string }[] {
  return Object.entries({ ...tags, capability, clone: cloneId() }).map(([key, value]) => ({
    label: `dev.rung.${key}`,
    value,
  }));
}
