import * as pulumi from "@pulumi/pulumi";
import { type Aws, child, made, named, policy, tagsOf, trust } from "./here.ts";
import { cloudwatch, ec2, iam, vpc } from "./sdk.ts";

/** A private network over three zones. */
export interface Network {
  readonly vpc: InstanceType<typeof ec2.Vpc>;
  readonly publicSubnets: readonly InstanceType<typeof ec2.Subnet>[];
  readonly privateSubnets: readonly InstanceType<typeof ec2.Subnet>[];
  /** Without any way out: for stores of data. */
  readonly dataSubnets: readonly InstanceType<typeof ec2.Subnet>[];
}

export interface NetworkOptions {
  readonly cidr: string;
  /** One for all zones, or one in each: a zone that fails takes the only one with it. */
  readonly natGateways: 1 | 3;
  readonly flowLogDays: number;
  /** More tags for subnets, e.g. what a Kubernetes load balancer looks for. */
  readonly subnetTags?: Readonly<Record<"public" | "private", Readonly<Record<string, string>>>>;
}

/** Every region has these three; a fourth is of no use to us. */
const zones = ["a", "b", "c"] as const;

/** AWS services that are reached without leaving the network. S3 costs nothing; the others are billed by the hour. */
const interfaceEndpoints = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts"] as const;

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
        availabilityZone: `${aws.region}${zones[index]}`,
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
  const privateTables = routes(aws, prefix, net, publicSubnets, privateSubnets, options.natGateways);
  const dataTable = new ec2.RouteTable(
    `${prefix}data`,
    { ...made(aws, `${prefix}data`), vpcId: net.id },
    child(aws),
  );
  for (const [index, each] of dataSubnets.entries())
    associate(aws, `${prefix}data-${zones[index]}`, each, dataTable);
  endpoints(aws, prefix, net, privateSubnets, [...privateTables, dataTable]);
  flowLogs(aws, prefix, net, options.flowLogDays);
  return { vpc: net, publicSubnets, privateSubnets, dataSubnets };
}

type Subnets = Network["publicSubnets"];
type RouteTable = InstanceType<typeof ec2.RouteTable>;

/** @returns the private subnets' tables */
function routes(
  aws: Aws,
  prefix: string,
  net: Network["vpc"],
  publicSubnets: Subnets,
  privateSubnets: Subnets,
  count: 1 | 3,
): RouteTable[] {
  const anywhere = "0.0.0.0/0";
  const gateway = new ec2.InternetGateway(
    `${prefix}internet`,
    { ...made(aws, `${prefix}internet`), vpcId: net.id },
    child(aws),
  );
  const table = (name: string) =>
    new ec2.RouteTable(`${prefix}${name}`, { ...made(aws, `${prefix}${name}`), vpcId: net.id }, child(aws));
  const open = table("public");
  new ec2.Route(
    `${prefix}public`,
    { region: aws.region, routeTableId: open.id, destinationCidrBlock: anywhere, gatewayId: gateway.id },
    child(aws),
  );
  for (const [index, each] of publicSubnets.entries())
    associate(aws, `${prefix}public-${zones[index]}`, each, open);
  const nats = publicSubnets.slice(0, count).map((subnet, index) => {
    const name = `${prefix}nat-${zones[index]}`;
    const address = new ec2.Eip(name, { ...made(aws, name), domain: "vpc" }, child(aws));
    return new ec2.NatGateway(
      name,
      { ...made(aws, name), subnetId: subnet.id, allocationId: address.allocationId },
      { ...child(aws), dependsOn: [gateway] },
    );
  });
  return privateSubnets.map((subnet, index) => {
    const own = table(`private-${zones[index]}`);
    const nat = nats[index] ?? nats[0];
    if (nat) {
      new ec2.Route(
        `${prefix}private-${zones[index]}`,
        { region: aws.region, routeTableId: own.id, destinationCidrBlock: anywhere, natGatewayId: nat.id },
        child(aws),
      );
    }
    associate(aws, `${prefix}private-${zones[index]}`, subnet, own);
    return own;
  });
}

const associate = (aws: Aws, name: string, subnet: Subnets[number], table: RouteTable) =>
  new ec2.RouteTableAssociation(
    name,
    { region: aws.region, subnetId: subnet.id, routeTableId: table.id },
    child(aws),
  );

function endpoints(
  aws: Aws,
  prefix: string,
  net: Network["vpc"],
  subnets: Subnets,
  tables: RouteTable[],
): void {
  const group = securityGroup(aws, `${prefix}endpoints`, net, "HTTPS from inside the network to AWS");
  ingress(aws, `${prefix}endpoints`, group, { cidrIpv4: net.cidrBlock, fromPort: 443, toPort: 443 });
  const service = (name: string) => `com.amazonaws.${aws.region}.${name}`;
  new ec2.VpcEndpoint(
    `${prefix}endpoint-s3`,
    {
      ...made(aws, `${prefix}endpoint-s3`),
      vpcId: net.id,
      serviceName: service("s3"),
      vpcEndpointType: "Gateway",
      routeTableIds: tables.map(({ id }) => id),
    },
    child(aws),
  );
  for (const name of interfaceEndpoints) {
    const part = `${prefix}endpoint-${name.replace(".", "-")}`;
    new ec2.VpcEndpoint(
      part,
      {
        ...made(aws, part),
        vpcId: net.id,
        serviceName: service(name),
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: subnets.map(({ id }) => id),
        securityGroupIds: [group.id],
      },
      child(aws),
    );
  }
}

function flowLogs(aws: Aws, prefix: string, net: Network["vpc"], days: number): void {
  const group = new cloudwatch.LogGroup(
    `${prefix}flow-logs`,
    {
      ...made(aws, `${prefix}flow-logs`),
      name: `/vpc/${named(aws, `${prefix}flow`)}`,
      retentionInDays: days,
    },
    child(aws),
  );
  const role = new iam.Role(
    `${prefix}flow-logs`,
    {
      tags: tagsOf(aws, `${prefix}flow-logs`),
      assumeRolePolicy: trust("vpc-flow-logs.amazonaws.com"),
    },
    child(aws),
  );
  new iam.RolePolicy(
    `${prefix}flow-logs`,
    {
      role: role.id,
      policy: pulumi.jsonStringify(
        policy([
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            Resource: pulumi.interpolate`${group.arn}:*`,
          },
        ]),
      ),
    },
    child(aws),
  );
  new ec2.FlowLog(
    `${prefix}flow-logs`,
    {
      ...made(aws, `${prefix}flow-logs`),
      vpcId: net.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
    },
    child(aws),
  );
}

/** A security group without rules; they are resources of their own, so that two groups may name each other. */
export const securityGroup = (aws: Aws, name: string, net: Network["vpc"], description: string) =>
  new ec2.SecurityGroup(
    name,
    // the name is AWS's to make: a replacement must be able to stand beside what it replaces
    { ...made(aws, name), description, vpcId: net.id, revokeRulesOnDelete: true },
    child(aws),
  );

type Rule = Omit<
  ConstructorParameters<typeof vpc.SecurityGroupIngressRule>[1],
  "securityGroupId" | "ipProtocol" | "region" | "tags"
>;

/** Lets TCP in. */
export const ingress = (aws: Aws, name: string, group: InstanceType<typeof ec2.SecurityGroup>, rule: Rule) =>
  new vpc.SecurityGroupIngressRule(
    name,
    { ...made(aws, name), securityGroupId: group.id, ipProtocol: "tcp", ...rule },
    child(aws),
  );

/** Lets out to anywhere, or to one group on one port. */
export const egress = (aws: Aws, name: string, group: InstanceType<typeof ec2.SecurityGroup>, rule: Rule) =>
  new vpc.SecurityGroupEgressRule(
    name,
    {
      ...made(aws, name),
      securityGroupId: group.id,
      ipProtocol: rule.fromPort === undefined ? "-1" : "tcp",
      ...rule,
    },
    child(aws),
  );
