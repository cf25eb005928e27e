import type { Aws } from "../aws/here.ts";
import { network as make } from "../aws/network.ts";
import type { EcsSize } from "./sizes.ts";

/** A VPC over three zones; how many NAT gateways and how long its logs are kept depends on the size. */
export const network = (aws: Aws, { natGateways, logDays }: Pick<EcsSize, "natGateways" | "logDays">) =>
  make(aws, { cidr: "10.20.0.0/16", natGateways, flowLogDays: logDays });
