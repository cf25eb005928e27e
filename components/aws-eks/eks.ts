import type * as pulumi from "@pulumi/pulumi";
import type { Aws } from "../aws/here.ts";
import type { Network } from "../aws/network.ts";
import type { Told } from "../kit/needs.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { EksDetails } from "./blueprint.ts";
import type { Cluster } from "./cluster.ts";
import type { Regions } from "./regions.ts";

/** What every capability's function of this stage is told. As an `Aws`, it stands in the region that founded it. */
export interface Eks extends Aws {
  readonly plan: Blueprint<EksDetails>["capabilities"];
  readonly platform: Told<"aws-eks">;
  readonly regions: Regions;
  /** The account's number. */
  readonly account: pulumi.Output<string>;
  /** The app's image by digest. */
  readonly image: string;
}

/** One of the stack's regions, before anything runs there. */
export interface Place extends Eks {
  /** Before each logical name of what is made there: `eu-west-1-`. */
  readonly prefix: string;
  /** Customer keys of the region, one for each kind of data. */
  readonly keys: { readonly data: pulumi.Output<string>; readonly secrets: pulumi.Output<string> };
  readonly network: Network;
  /** Where alarms of the region go. */
  readonly topicArn: pulumi.Output<string>;
}

/** A region with its cluster. */
export interface Site extends Place {
  readonly cluster: Cluster;
}

/** Whether data is written there now. */
export const isPrimary = ({ regions, region }: Eks): boolean => region === regions.primary;
