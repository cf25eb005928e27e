import type * as pulumi from "@pulumi/pulumi";
import { privateEndpoints, s3Endpoint } from "./endpoints.ts";
import { flowLogs } from "./flowLogs.ts";
import { type Aws, child, made, tagsOf } from "./here.ts";
import { zonesOf } from "./regions.ts";
import { ec2 } from "./sdk.ts";

/** A private network over three zones. */
export interface Network {
  readonly vpc: InstanceType<typeof ec2.Vpc>;
  readonly publicSubnets: readonly InstanceType<typeof ec2.Subnet>[];
  readonly privateSubnets: readonly InstanceType<typeof ec2.Subnet>[];
  /** Without any way out: for stores of data. */
  readonly dataSubnets: readonly InstanceType<typeof ec2.Subnet>[];
  /**
   * The ways in and out. What has an address of its own depends on them, so that it comes after them and goes before
   * them: a gateway cannot be detached while something behind it has a public address.
   */
  readonly routes: readonly pulumi.Resource[];
  /** Where more ways may be added, e.g. to a network in another region. */
  readonly tables: { readonly private: readonly RouteTable[]; readonly data: RouteTable };
}

export interface NetworkOptions {
  readonly cidr: string;
  /** One for all zones, or one in each: a zone that fails takes the only one with it. */
  readonly natGateways: 1 | 3;
  readonly flowLogDays: number;
  /** Whether AWS's services are reached without leaving the network; S3 always is. */
  readonly privateEndpoints: boolean;
  /** More tags for subnets, e.g. what a Kubernetes load balancer looks for. */
  readonly subnetTags?: Readonly<Record<"public" | "private", Readonly<Record<string, string>>>>;
}

/** Names of the three zones here; which zones of the region they are, `zonesOf` says. */
const zones = ["a", "b", "c"] as const;

/**
 * Public subnets for what is reached from outside, private ones for the app, and ones with no way out for data; NAT,
 * endpoints, flow logs, and a default security group that lets nothing through.
 * @param prefix before each logical name, where a stack has networks in several regions
 */
export function network(aws: Aws, options: NetworkOptions, prefix = ""): Network {
  const [, second] = options.cidr.split(".");
  const at = (third: number) => `10.${second}.${third}.0/20`;
  const net = new ec2.Vpc(
    `${prefix}vpc`,
    {
      ...made(aws, `${prefix}vpc`),
      cidrBlock: options.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
    },
    child(aws),
  );
  // An empty rule set: whoever forgets to name a group reaches nothing.
  new ec2.DefaultSecurityGroup(
    `${prefix}default`,
    { ...made(aws, `${prefix}default`), vpcId: net.id },
    child(aws),
  );
  const subnet = (kind: "public" | "private" | "data", index: number, third: number) =>
    new ec2.Subnet(
      `${prefix}${kind}-${zones[index]}`,
      {
        region: aws.region,
        vpcId: net.id,
        cidrBlock: at(third),
        availabilityZone: zonesOf(aws.region)[index] ?? `${aws.region}${zones[index]}`,
        mapPublicIpOnLaunch: false,
        tags: {
          ...tagsOf(aws, `${prefix}${kind}-${zones[index]}`),
          ...(kind === "data" ? {} : options.subnetTags?.[kind]),
        },
      },
      child(aws),
    );
  const [publicSubnets, privateSubnets, dataSubnets] = [
    zones.map((_, index) => subnet("public", index, 16 * index)),
    zones.map((_, index) => subnet("private", index, 64 + 16 * index)),
    zones.map((_, index) => subnet("data", index, 128 + 16 * index)),
  ];
  const { open, tables, ways } = routes(aws, prefix, net, publicSubnets, privateSubnets, options.natGateways);
  const dataTable = new ec2.RouteTable(
    `${prefix}data`,
    { ...made(aws, `${prefix}data`), vpcId: net.id },
    child(aws),
  );
  for (const [index, each] of dataSubnets.entries())
    associate(aws, `${prefix}data-${zones[index]}`, each, dataTable);
  s3Endpoint(aws, prefix, net, [open, ...tables, dataTable]);
  if (options.privateEndpoints) privateEndpoints(aws, prefix, net, privateSubnets);
  flowLogs(aws, prefix, net, options.flowLogDays);
  return {
    vpc: net,
    publicSubnets,
    privateSubnets,
    dataSubnets,
    routes: ways,
    tables: { private: tables, data: dataTable },
  };
}

type Subnets = Network["publicSubnets"];
type RouteTable = InstanceType<typeof ec2.RouteTable>;

/** The tables of public and private subnets, and all that leads in or out. */
function routes(
  aws: Aws,
  prefix: string,
  net: Network["vpc"],
  publicSubnets: Subnets,
  privateSubnets: Subnets,
  count: 1 | 3,
) {
  const gateway = new ec2.InternetGateway(
    `${prefix}internet`,
    { ...made(aws, `${prefix}internet`), vpcId: net.id },
    child(aws),
  );
  const ways: pulumi.Resource[] = [];
  const table = (name: string) =>
    new ec2.RouteTable(`${prefix}${name}`, { ...made(aws, `${prefix}${name}`), vpcId: net.id }, child(aws));
  const out = (name: string, from: RouteTable, through: { gatewayId: Id } | { natGatewayId: Id }) =>
    ways.push(
      new ec2.Route(
        `${prefix}${name}`,
        { region: aws.region, routeTableId: from.id, destinationCidrBlock: "0.0.0.0/0", ...through },
        child(aws),
      ),
    );
  const open = table("public");
  out("public", open, { gatewayId: gateway.id });
  for (const [index, each] of publicSubnets.entries())
    ways.push(associate(aws, `${prefix}public-${zones[index]}`, each, open));
  const nats = publicSubnets.slice(0, count).map((subnet, index) => {
    const name = `${prefix}nat-${zones[index]}`;
    const address = new ec2.Eip(
      name,
      { ...made(aws, name), domain: "vpc" },
      { ...child(aws), dependsOn: [gateway] },
    );
    return new ec2.NatGateway(
      name,
      { ...made(aws, name), subnetId: subnet.id, allocationId: address.allocationId },
      { ...child(aws), dependsOn: [gateway] },
    );
  });
  const tables = privateSubnets.map((subnet, index) => {
    const name = `private-${zones[index]}`;
    const own = table(name);
    const nat = nats[index] ?? nats[0];
    if (nat) out(name, own, { natGatewayId: nat.id });
    ways.push(associate(aws, `${prefix}${name}`, subnet, own));
    return own;
  });
  return { open, tables, ways };
}

type Id = pulumi.Input<string>;

const associate = (aws: Aws, name: string, subnet: Subnets[number], table: RouteTable) =>
  new ec2.RouteTableAssociation(
    name,
    { region: aws.region, subnetId: subnet.id, routeTableId: table.id },
    child(aws),
  );
