import {
  all,
  given,
  is,
  isNot,
  type Rule,
  type See,
  type StackRule,
  type Subject,
  where,
} from "../../model.ts";
import { linked } from "../../relations.ts";

const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const group = "aws:ec2/securityGroup:SecurityGroup";
const classic = "aws:ec2/securityGroupRule:SecurityGroupRule";
const vpc = "aws:ec2/vpc:Vpc";

const everywhere = ["0.0.0.0/0", "::/0"];
/** What the internet may knock at. */
const web = [80, 443];

interface Opening {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly protocol: string;
  readonly cidrs: readonly unknown[];
}

function open({ from, to, protocol, cidrs }: Opening): string | undefined {
  const world = cidrs.find((one) => everywhere.includes(String(one)));
  if (world === undefined) return undefined;
  const whole = protocol === "-1" || from === undefined || to === undefined;
  if (!whole && from === to && web.includes(from)) return undefined;
  return `${whole ? "every port" : from === to ? `port ${from}` : `ports ${from} to ${to}`} is open to ${world}`;
}

const port = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));

/** Controls: AWS Foundational Security Best Practices, EC2 (docs.aws.amazon.com/securityhub, 2026). */
export const network: readonly Rule[] = [
  {
    id: "ec2-no-open-ports",
    types: [ingress],
    must: "the internet reaches ports 80 and 443 alone",
    why: "whatever listens there is everyone's to try",
    mend: "name the group or the addresses that need it",
    severity: "critical",
    controls: [
      "Security Hub EC2.13",
      "Security Hub EC2.14",
      "FSBP EC2.18",
      "FSBP EC2.19",
      "Security Hub EC2.53",
      "Security Hub EC2.54",
      "CIS AWS 5.3",
      "CIS AWS 5.4",
    ],
    check: (see) =>
      open({
        from: port(see.at("fromPort")),
        to: port(see.at("toPort")),
        protocol: String(see.at("ipProtocol")),
        cidrs: [...see.list("cidrIpv4"), ...see.list("cidrIpv6")],
      }),
    good: [
      { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" },
      { ipProtocol: "tcp", fromPort: 5432, toPort: 5432, referencedSecurityGroupId: "sg" },
      { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "10.0.0.0/8" },
    ],
    bad: [
      { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" },
      { ipProtocol: "tcp", fromPort: 5432, toPort: 5432, cidrIpv6: "::/0" },
      { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      { ipProtocol: "tcp", fromPort: 0, toPort: 65_535, cidrIpv4: "0.0.0.0/0" },
    ],
  },
  {
    id: "ec2-no-open-ports-classic",
    types: [classic],
    must: "the internet reaches ports 80 and 443 alone",
    why: "whatever listens there is everyone's to try",
    mend: "name the group or the addresses that need it",
    severity: "critical",
    controls: ["Security Hub EC2.13", "Security Hub EC2.14", "FSBP EC2.18", "FSBP EC2.19"],
    check: where(
      (see) => see.at("type") === "ingress",
      (see) =>
        open({
          from: port(see.at("fromPort")),
          to: port(see.at("toPort")),
          protocol: String(see.at("protocol")),
          cidrs: [...see.list("cidrBlocks"), ...see.list("ipv6CidrBlocks")],
        }),
    ),
    good: [
      { type: "ingress", protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] },
      { type: "egress", protocol: "-1", cidrBlocks: ["0.0.0.0/0"] },
    ],
    bad: [{ type: "ingress", protocol: "tcp", fromPort: 3389, toPort: 3389, cidrBlocks: ["0.0.0.0/0"] }],
  },
  {
    id: "ec2-no-open-ports-inline",
    types: [group],
    must: "the internet reaches ports 80 and 443 alone",
    why: "whatever listens there is everyone's to try",
    mend: "name the group or the addresses that need it, in a SecurityGroupIngressRule",
    severity: "critical",
    controls: ["Security Hub EC2.13", "Security Hub EC2.14", "FSBP EC2.18", "FSBP EC2.19"],
    check: (see) => {
      for (const one of see.list("ingress") as readonly Readonly<Record<string, unknown>>[]) {
        const what = open({
          from: port(one.fromPort),
          to: port(one.toPort),
          protocol: String(one.protocol),
          cidrs: [...((one.cidrBlocks as unknown[]) ?? []), ...((one.ipv6CidrBlocks as unknown[]) ?? [])],
        });
        if (what) return what;
      }
      return undefined;
    },
    good: [{}, { ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"] }] }],
    bad: [{ ingress: [{ protocol: "tcp", fromPort: 6379, toPort: 6379, cidrBlocks: ["0.0.0.0/0"] }] }],
  },
  {
    id: "ec2-default-group-empty",
    types: ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
    must: "the network's default group lets nothing through",
    why: "whoever forgets to name a group lands in it",
    mend: "leave ingress and egress out",
    severity: "high",
    controls: ["FSBP EC2.2", "CIS AWS 5.5"],
    check: (see: See) =>
      see.list("ingress").length + see.list("egress").length === 0 ? undefined : "it has rules",
    good: [{}, { ingress: [] }],
    bad: [{ ingress: [{ protocol: "-1", self: true }] }, { egress: [{ protocol: "-1" }] }],
  },
  {
    id: "ec2-volume-encrypted",
    types: ["aws:ebs/volume:Volume", "aws:ec2/ebsVolume:EbsVolume"],
    must: "disks are encrypted",
    why: "a lost disk or a shared snapshot could be read",
    mend: "set encrypted: true",
    severity: "high",
    controls: ["FSBP EC2.3", "CIS AWS 2.2.1"],
    check: is("encrypted", true),
    good: [{ encrypted: true }],
    bad: [{}, { encrypted: false }],
  },
  {
    id: "ec2-encryption-by-default",
    types: ["aws:ebs/encryptionByDefault:EncryptionByDefault"],
    must: "disks are encrypted unless somebody says otherwise",
    why: "whoever forgets to say so has one that is not",
    mend: "leave enabled at true",
    severity: "medium",
    controls: ["FSBP EC2.7"],
    check: isNot("enabled", false),
    good: [{}, { enabled: true }],
    bad: [{ enabled: false }],
  },
  {
    id: "ec2-imdsv2",
    types: ["aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"],
    must: "an instance's credentials are handed out for a token alone",
    why: "an app that can be made to fetch an address would hand them to anybody",
    mend: 'set metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 }',
    severity: "high",
    controls: ["FSBP EC2.8", "FSBP EC2.170", "FSBP AutoScaling.3", "CIS AWS 5.6"],
    check: is("metadataOptions.httpTokens", "required"),
    good: [{ metadataOptions: { httpTokens: "required" } }],
    bad: [{}, { metadataOptions: { httpTokens: "optional" } }],
  },
  {
    id: "ec2-instance-not-public",
    types: ["aws:ec2/instance:Instance"],
    must: "instances have no public address",
    why: "they could be reached around the load balancer and its firewall",
    mend: "set associatePublicIpAddress: false",
    severity: "high",
    controls: ["FSBP EC2.9", "FSBP EC2.25"],
    check: is("associatePublicIpAddress", false),
    good: [{ associatePublicIpAddress: false }],
    bad: [{ associatePublicIpAddress: true }, {}],
  },
  {
    id: "ec2-template-not-public",
    types: ["aws:ec2/launchTemplate:LaunchTemplate"],
    must: "launch templates give no public address",
    why: "they could be reached around the load balancer and its firewall",
    mend: 'set networkInterfaces[].associatePublicIpAddress: "false"',
    severity: "high",
    controls: ["FSBP EC2.25", "FSBP AutoScaling.5"],
    check: (see) =>
      see.list("networkInterfaces[].associatePublicIpAddress").some((one) => String(one) === "true")
        ? "associatePublicIpAddress is true"
        : undefined,
    good: [{}, { networkInterfaces: [{ associatePublicIpAddress: "false" }] }],
    bad: [{ networkInterfaces: [{ associatePublicIpAddress: "true" }] }],
  },
  {
    id: "ec2-subnet-gives-no-address",
    types: ["aws:ec2/subnet:Subnet"],
    must: "subnets give no public addresses by themselves",
    why: "whatever starts there would be on the internet",
    mend: "set mapPublicIpOnLaunch: false",
    severity: "medium",
    controls: ["FSBP EC2.15"],
    check: isNot("mapPublicIpOnLaunch", true),
    good: [{ mapPublicIpOnLaunch: false }, {}],
    bad: [{ mapPublicIpOnLaunch: true }],
  },
  {
    id: "ec2-acl-no-admin-ports",
    types: ["aws:ec2/networkAclRule:NetworkAclRule"],
    must: "network lists let nobody in to SSH and RDP",
    why: "every scanner on the internet tries them",
    mend: "name the addresses that need it",
    severity: "medium",
    controls: ["FSBP EC2.21", "CIS AWS 5.2"],
    check: where(
      (see) =>
        see.at("egress") !== true &&
        see.at("ruleAction") === "allow" &&
        everywhere.includes(String(see.at("cidrBlock") ?? see.at("ipv6CidrBlock"))),
      (see) => {
        const [from, to] = [port(see.at("fromPort")) ?? 0, port(see.at("toPort")) ?? 65_535];
        const hit = [22, 3389].find((one) => from <= one && one <= to);
        return hit ? `port ${hit} is open to everyone` : undefined;
      },
    ),
    good: [
      { ruleAction: "allow", cidrBlock: "0.0.0.0/0", fromPort: 443, toPort: 443 },
      { ruleAction: "deny", cidrBlock: "0.0.0.0/0" },
    ],
    bad: [
      { ruleAction: "allow", cidrBlock: "0.0.0.0/0", fromPort: 22, toPort: 22 },
      { ruleAction: "allow", cidrBlock: "0.0.0.0/0", protocol: "-1" },
    ],
  },
  {
    id: "ec2-peering-dns-only",
    types: ["aws:ec2transitgateway/transitGateway:TransitGateway", "aws:ec2/transitGateway:TransitGateway"],
    must: "a transit gateway takes nobody in by itself",
    why: "another account could join its network to ours",
    mend: 'set autoAcceptSharedAttachments: "disable"',
    severity: "high",
    controls: ["FSBP EC2.23"],
    check: isNot("autoAcceptSharedAttachments", "enable"),
    good: [{}, { autoAcceptSharedAttachments: "disable" }],
    bad: [{ autoAcceptSharedAttachments: "enable" }],
  },
  {
    id: "vpc-flow-logs-all",
    types: ["aws:ec2/flowLog:FlowLog"],
    must: "flow logs hold what was let through and what was not",
    why: "half of what happened is missing when it is looked for",
    mend: 'set trafficType: "ALL", or "REJECT" where the rest costs too much',
    severity: "medium",
    controls: ["FSBP EC2.6", "CIS AWS 3.7"],
    check: (see) =>
      ["ALL", "REJECT"].includes(String(see.at("trafficType")))
        ? undefined
        : `trafficType is ${see.at("trafficType") ?? "not set"}`,
    good: [{ trafficType: "ALL" }],
    bad: [{ trafficType: "ACCEPT" }, {}],
  },
  {
    id: "vpc-endpoint-group",
    types: ["aws:ec2/vpcEndpoint:VpcEndpoint"],
    must: "an interface endpoint has a security group of its own",
    why: "else it has the default one",
    mend: "set securityGroupIds",
    severity: "low",
    controls: [],
    check: where(
      (see) => see.at("vpcEndpointType") === "Interface",
      all(given("securityGroupIds"), is("privateDnsEnabled", true)),
    ),
    good: [
      { vpcEndpointType: "Interface", securityGroupIds: ["sg"], privateDnsEnabled: true },
      { vpcEndpointType: "Gateway" },
    ],
    bad: [{ vpcEndpointType: "Interface", privateDnsEnabled: true }],
  },
  {
    id: "ec2-group-described",
    types: [group],
    must: "a security group says what it is for",
    why: "nobody dares to remove what nobody knows",
    mend: "set description",
    severity: "low",
    controls: [],
    check: (see) =>
      !see.has("description") || see.at("description") === "Managed by Pulumi"
        ? "description is not set"
        : undefined,
    good: [{ description: "PostgreSQL" }],
    bad: [{}, { description: "Managed by Pulumi" }],
  },
  {
    id: "ec2-rule-described",
    types: [
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ],
    must: "a security group's rule says what it is for",
    why: "nobody dares to close what nobody knows",
    mend: "set description",
    severity: "low",
    controls: [],
    check: given("description"),
    good: [{ description: "the app" }],
    bad: [{}],
  },
];

const one = (type: string, props: Subject["props"] = {}, from?: Subject["from"]): Subject => ({
  type,
  name: "a",
  urn: `${type}::a`,
  props,
  protect: false,
  ...(from ? { from } : {}),
});
const log = "aws:ec2/flowLog:FlowLog";
const standard = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

export const networkRelations: readonly StackRule[] = [
  {
    id: "vpc-flow-logs",
    must: "who spoke with whom in a network is logged",
    why: "after an intrusion nobody can say what was reached",
    mend: "add a FlowLog",
    severity: "medium",
    controls: ["FSBP EC2.6", "CIS AWS 3.7"],
    checkAll: linked(vpc, log, "vpcId", "a flow log"),
    good: [[one(vpc), one(log, {}, { vpcId: [`${vpc}::a`] })]],
    bad: [[one(vpc)]],
  },
  {
    id: "vpc-default-group",
    must: "a network's default group is taken in hand",
    why: "it lets its members reach each other, and whoever forgets to name a group is one",
    mend: "add a DefaultSecurityGroup without rules",
    severity: "medium",
    controls: ["FSBP EC2.2", "CIS AWS 5.5"],
    checkAll: linked(vpc, standard, "vpcId", "a default security group"),
    good: [[one(vpc), one(standard, {}, { vpcId: [`${vpc}::a`] })]],
    bad: [[one(vpc)]],
  },
];
