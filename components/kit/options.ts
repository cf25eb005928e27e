import type * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "./context.ts";

interface Of {
  readonly context: StackContext;
  /** The component that everything is a child of. */
  readonly stage: pulumi.ComponentResource;
}

export const child = ({ stage }: Pick<Of, "stage">): pulumi.CustomResourceOptions => ({ parent: stage });

/** Options of what holds data, and of what it stands on: not deleted before protection is lifted. */
export const kept = ({ stage, context }: Of): pulumi.CustomResourceOptions => ({
  parent: stage,
  protect: context.protect,
});
