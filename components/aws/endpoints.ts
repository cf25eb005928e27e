import { type Aws, child, made } from "./here.ts";
import { interfaceServices } from "./interfaceServices.ts";
import type { Network } from "./network.ts";
import { ec2 } from "./sdk.ts";
import { ingress, securityGroup } from "./securityGroup.ts";

const serviceIn = ({ region }: Aws, name: string): string => `com.amazonaws.${region}.${name}`;

/** S3 without leaving the network: costs nothing. */
export const s3Endpoint = (
  aws: Aws,
  prefix: string,
  net: Network["vpc"],
  tables: readonly InstanceType<typeof ec2.RouteTable>[],
) =>
  new ec2.VpcEndpoint(
    `${prefix}endpoint-s3`,
    {
      ...made(aws, `${prefix}endpoint-s3`),
      vpcId: net.id,
      serviceName: serviceIn(aws, "s3"),
      vpcEndpointType: "Gateway",
      routeTableIds: tables.map(({ id }) => id),
    },
    child(aws),
  );

/** Registry, logs, secrets and keys without leaving the network. */
export function privateEndpoints(
  aws: Aws,
  prefix: string,
  net: Network["vpc"],
  subnets: Network["privateSubnets"],
): void {
  const group = securityGroup(aws, `${prefix}endpoints`, net, "HTTPS from inside the network to AWS");
  ingress(aws, `${prefix}endpoints`, group, { cidrIpv4: net.cidrBlock, fromPort: 443, toPort: 443 });
  for (const name of interfaceServices) {
    const part = `${prefix}endpoint-${name.replace(".", "-")}`;
    new ec2.VpcEndpoint(
      part,
      {
        ...made(aws, part),
        vpcId: net.id,
        serviceName: serviceIn(aws, name),
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: subnets.map(({ id }) => id),
        securityGroupIds: [group.id],
      },
      child(aws),
    );
  }
}
