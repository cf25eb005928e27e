import type * as pulumi from "@pulumi/pulumi";
import { type Aws, child, made } from "./here.ts";
import type { Network } from "./network.ts";
import { ec2, vpc } from "./sdk.ts";

export type SecurityGroup = InstanceType<typeof ec2.SecurityGroup>;

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

/** Of ours, or one that AWS made. */
type Group = { readonly id: pulumi.Input<string> };

/** Lets TCP in. */
export const ingress = (
  aws: Aws,
  name: string,
  group: Group,
  rule: Rule,
  options: pulumi.CustomResourceOptions = {},
) =>
  new vpc.SecurityGroupIngressRule(
    name,
    { ...made(aws, name), securityGroupId: group.id, ipProtocol: "tcp", description: told(name), ...rule },
    { ...child(aws), ...options },
  );

/** Lets out to anywhere, or to one group on one port. */
export const egress = (aws: Aws, name: string, group: Group, rule: Rule) =>
  new vpc.SecurityGroupEgressRule(
    name,
    {
      ...made(aws, name),
      securityGroupId: group.id,
      description: told(name),
      ipProtocol: rule.fromPort === undefined ? "-1" : "tcp",
      ...rule,
    },
    child(aws),
  );

/** What a rule is for, as its name says it. */
const told = (name: string): string => name.replaceAll("-", " ");
