import type * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "../kit/context.ts";
import type { Told } from "../kit/needs.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { VercelDetails } from "./blueprint.ts";

/** What every capability's function of this stage is told. */
export interface Vercel {
  readonly context: StackContext;
  /** The component that everything is a child of. */
  readonly stage: pulumi.ComponentResource;
  readonly plan: Blueprint<VercelDetails>["capabilities"];
  readonly platform: Told<"vercel-supabase">;
}

export { child, kept } from "../kit/options.ts";

/** The team that Vercel's resources belong to; a personal account has none. */
export const teamOf = ({ platform }: Pick<Vercel, "platform">): { readonly teamId?: string } =>
  platform.vercelTeam === undefined ? {} : { teamId: platform.vercelTeam };
