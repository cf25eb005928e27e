import type { Aws } from "../aws/here.ts";
import { child, made, tagsOf } from "../aws/here.ts";
import { network as make } from "../aws/network.ts";
import { ec2 } from "../aws/sdk.ts";
import type { EksDetails } from "./blueprint.ts";
import type { Place } from "./eks.ts";
import { cidrOf, dataCidrOf, privateCidrOf } from "./regions.ts";

/** A region's VPC over three zones; its NAT gateways, its endpoints and how long its logs are kept depend on the size. */
export const network = (aws: Aws, detail: EksDetails["network"]) =>
  make(
    aws,
    {
      cidr: cidrOf(aws.region),
      natGateways: detail.natGateways,
      privateEndpoints: detail.privateEndpoints,
      flowLogDays: detail.logDays,
    },
    `${aws.region}-`,
  );

/**
 * Joins every two networks: the app of each region reaches the stores of every other, by AWS's own lines, encrypted; and
 * nothing else reaches anything.
 */
export function join(places: readonly Place[]): void {
  for (const [index, near] of places.entries())
    for (const far of places.slice(index + 1)) {
      const name = `${near.region}-to-${far.region}`;
      const asked = new ec2.VpcPeeringConnection(
        name,
        {
          ...made(near, name),
          vpcId: near.network.vpc.id,
          peerVpcId: far.network.vpc.id,
          peerRegion: far.region,
          autoAccept: false,
        },
        child(near),
      );
      const joined = new ec2.VpcPeeringConnectionAccepter(
        name,
        {
          region: far.region,
          tags: tagsOf(far, name),
          vpcPeeringConnectionId: asked.id,
          autoAccept: true,
        },
        child(far),
      );
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        const way = (part: string, routeTableId: Id, destinationCidrBlock: string) =>
          new ec2.Route(
            `${from.prefix}${part}-to-${to.region}`,
            {
              region: from.region,
              routeTableId,
              destinationCidrBlock,
              vpcPeeringConnectionId: joined.vpcPeeringConnectionId,
            },
            { ...child(from), dependsOn: [joined] },
          );
        for (const [zone, table] of from.network.tables.private.entries())
          way(`private-${zone}`, table.id, dataCidrOf(to.region));
        way("data", from.network.tables.data.id, privateCidrOf(to.region));
      }
    }
}

type Id = InstanceType<typeof ec2.RouteTable>["id"];
