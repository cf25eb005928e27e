import type * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "../kit/context.ts";
import type { Told } from "../kit/needs.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { EdgeDetails } from "./blueprint.ts";

/** What every capability's function of this stage is told. */
export interface Edge {
  readonly context: StackContext;
  /** The component that everything is a child of. */
  readonly stage: pulumi.ComponentResource;
  readonly plan: Blueprint<EdgeDetails>["capabilities"];
  readonly platform: Told<"cloudflare-edge">;
}

/** What every resource of the account is told. */
export const accountOf = ({ platform }: Pick<Edge, "platform">) => ({
  accountId: platform.cloudflareAccountId,
});

/** Cloudflare takes tags on Workers alone; all else is told apart by its name. */
export const tagsOf = ({ context }: Pick<Edge, "context">): string[] =>
  Object.entries(context.tags)
    .map(([key, value]) => `${key}:${value}`)
    .toSorted();

/** The part of the zone that is this stack's. */
export const frontOf = ({ context, stage, platform }: Edge) => ({
  context,
  stage,
  zoneId: platform.cloudflareZoneId,
  domain: platform.domain,
});
