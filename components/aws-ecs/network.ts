import type { Aws } from "../aws/here.ts";
import { network as make } from "../aws/network.ts";
import type { EcsSize } from "./sizes.ts";

/** A VPC over three zones; its NAT gateways, its endpoints and how long its logs are kept depend on the size. */
export const network = (
  aws: Aws,
  { natGateways, privateEndpoints, logDays }: Pick<EcsSize, "natGateways" | "privateEndpoints" | "logDays">,
) => make(aws, { cidr: "10.20.0.0/16", natGateways, privateEndpoints, flowLogDays: logDays });
