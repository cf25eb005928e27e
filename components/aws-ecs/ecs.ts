import type * as pulumi from "@pulumi/pulumi";
import type { Aws } from "../aws/here.ts";
import type { Network } from "../aws/network.ts";
import type { Told } from "../kit/needs.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { EcsDetails } from "./blueprint.ts";

/** What every capability's function of this stage is told. */
export interface Ecs extends Aws {
  readonly plan: Blueprint<EcsDetails>["capabilities"];
  readonly platform: Told<"aws-ecs">;
  /** The account's number. */
  readonly account: pulumi.Output<string>;
  /** The app's image by digest. */
  readonly image: string;
  /** Customer keys, one for each kind of data. */
  readonly keys: { readonly data: pulumi.Output<string>; readonly secrets: pulumi.Output<string> };
  readonly network: Network;
  /** Where alarms go. */
  readonly topicArn: pulumi.Output<string>;
}
