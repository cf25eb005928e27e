import type * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "../kit/context.ts";
import type { Told } from "../kit/needs.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { CoolifyDetails } from "./blueprint.ts";

/** What every capability's function of this stage is told. */
export interface Hetzner {
  readonly context: StackContext;
  /** The component that everything is a child of. */
  readonly stage: pulumi.ComponentResource;
  readonly plan: Blueprint<CoolifyDetails>["capabilities"];
  readonly platform: Told<"hetzner-coolify">;
}

/** Hetzner's labels take letters, digits, `-`, `_` and `.` only. */
export const labelsOf = ({ context }: Pick<Hetzner, "context">, capability: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...context.tags, capability }).map(([key, value]) => [
      key,
      value.replace(/[^\w.-]/g, "_").slice(0, 63),
    ]),
  );

export { child, kept } from "../kit/options.ts";
