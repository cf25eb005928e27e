/** How Cloud Control calls a kind of thing, and one thing of it: by parts of its ARN. */
export interface AwsKind {
  /** Cloud Control's name, which is CloudFormation's; several where the ARN does not tell them apart. */
  readonly type?: string | readonly string[];
  /** @returns the primary identifier; `undefined` where it must be looked up */
  readonly id?: (arn: Arn) => string | undefined;
  /** What hangs on it and bears no tags: removed first, as far as it is there. */
  readonly first?: readonly { readonly type: string; readonly id: (arn: Arn) => string | Listing }[];
  /** Deleted by AWS with what it belongs to. */
  readonly goesWith?: string;
}

/** Those that a listing with these properties gives. */
export interface Listing {
  readonly model: Readonly<Record<string, string>>;
}

export interface Arn {
  readonly text: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** After the fifth colon, in parts at `/` and `:`. */
  readonly parts: readonly string[];
}

export function parseArn(text: string): Arn | undefined {
  const match = /^arn:[\w-]+:([\w-]+):([\w-]*):(\d*):(.+)$/.exec(text);
  if (!match) return undefined;
  const [, service = "", region = "", account = "", rest = ""] = match;
  return { text, service, region, account, parts: rest.split(/[:/]/) };
}

const whole = ({ text }: Arn) => text;
const last = ({ parts }: Arn) => parts.at(-1);
/** A name that may hold slashes of its own, such as a log group's. */
const after =
  (kind: string) =>
  ({ text }: Arn) =>
    text.slice(text.indexOf(`:${kind}:`) + kind.length + 2).replace(/:\*$/, "");

/**
 * By the ARN's service and the first part of its resource. Which types Cloud Control takes, and their primary
 * identifiers: @pulumi/aws-native 1.79.0, which is generated from its registry, read 2026-11.
 */
export const awsKinds: Readonly<Record<string, AwsKind>> = {
  "acm:certificate": { type: "AWS::CertificateManager::Certificate", id: whole },
  "backup:backup-plan": {
    type: "AWS::Backup::BackupPlan",
    id: last,
    first: [
      { type: "AWS::Backup::BackupSelection", id: (arn) => ({ model: { BackupPlanId: last(arn) ?? "" } }) },
    ],
  },
  "backup:backup-vault": { type: "AWS::Backup::BackupVault", id: last },
  "cloudfront:distribution": { type: "AWS::CloudFront::Distribution", id: last },
  "cloudwatch:alarm": { type: "AWS::CloudWatch::Alarm", id: after("alarm") },
  "ec2:elastic-ip": { type: "AWS::EC2::EIP" },
  "ec2:internet-gateway": { type: "AWS::EC2::InternetGateway", id: last },
  "ec2:natgateway": { type: "AWS::EC2::NatGateway", id: last },
  "ec2:route-table": { type: "AWS::EC2::RouteTable", id: last },
  "ec2:security-group": { type: "AWS::EC2::SecurityGroup", id: last },
  // Two groups may let each other in: neither goes while a rule names it.
  "ec2:security-group-rule": {
    type: ["AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"],
    id: last,
  },
  "ec2:subnet": { type: "AWS::EC2::Subnet", id: last },
  "ec2:vpc": {
    type: "AWS::EC2::VPC",
    id: last,
    first: [{ type: "AWS::EC2::VPCGatewayAttachment", id: (arn) => `IGW|${last(arn)}` }],
  },
  "ec2:vpc-endpoint": { type: "AWS::EC2::VPCEndpoint", id: last },
  "ec2:vpc-flow-log": { type: "AWS::EC2::FlowLog", id: last },
  "ecr:repository": { type: "AWS::ECR::Repository", id: last },
  "ecs:cluster": { type: "AWS::ECS::Cluster", id: last },
  "ecs:service": { type: "AWS::ECS::Service", id: ({ text, parts }) => `${text}|${parts[1] ?? ""}` },
  "ecs:task-definition": { type: "AWS::ECS::TaskDefinition", id: whole },
  "eks:cluster": { type: "AWS::EKS::Cluster", id: last },
  "eks:nodegroup": { type: "AWS::EKS::Nodegroup", id: ({ parts }) => `${parts[1]}/${parts[2]}` },
  "eks:addon": { goesWith: "its cluster" },
  "eks:podidentityassociation": { goesWith: "its cluster" },
  "elasticache:cluster": { goesWith: "its replication group" },
  "elasticache:parametergroup": { type: "AWS::ElastiCache::ParameterGroup", id: last },
  "elasticache:replicationgroup": { type: "AWS::ElastiCache::ReplicationGroup", id: last },
  "elasticache:subnetgroup": { type: "AWS::ElastiCache::SubnetGroup", id: last },
  "elasticloadbalancing:listener": { type: "AWS::ElasticLoadBalancingV2::Listener", id: whole },
  "elasticloadbalancing:listener-rule": { goesWith: "its listener" },
  "elasticloadbalancing:loadbalancer": { type: "AWS::ElasticLoadBalancingV2::LoadBalancer", id: whole },
  "elasticloadbalancing:targetgroup": { type: "AWS::ElasticLoadBalancingV2::TargetGroup", id: whole },
  "events:rule": { type: "AWS::Events::Rule", id: whole },
  "iam:role": { type: "AWS::IAM::Role", id: last },
  "kms:key": { type: "AWS::KMS::Key", id: last },
  "lambda:function": { type: "AWS::Lambda::Function", id: last },
  "logs:delivery": { type: "AWS::Logs::Delivery", id: last },
  "logs:delivery-destination": { type: "AWS::Logs::DeliveryDestination", id: last },
  "logs:delivery-source": { type: "AWS::Logs::DeliverySource", id: last },
  "logs:log-group": { type: "AWS::Logs::LogGroup", id: after("log-group") },
  "rds:cluster": { type: "AWS::RDS::DBCluster", id: last },
  "rds:cluster-pg": { type: "AWS::RDS::DBClusterParameterGroup", id: last },
  "rds:db": { type: "AWS::RDS::DBInstance", id: last },
  "rds:pg": { type: "AWS::RDS::DBParameterGroup", id: last },
  "rds:snapshot": { type: "AWS::RDS::DBSnapshot", id: whole },
  "rds:subgrp": { type: "AWS::RDS::DBSubnetGroup", id: last },
  "s3:": { type: "AWS::S3::Bucket", id: last },
  "scheduler:schedule-group": { type: "AWS::Scheduler::ScheduleGroup", id: last },
  "secretsmanager:secret": { type: "AWS::SecretsManager::Secret", id: whole },
  "sns:": { type: "AWS::SNS::Topic", id: whole },
  "sqs:": {
    type: "AWS::SQS::Queue",
    id: ({ region, account, parts }) => `https://sqs.${region}.amazonaws.com/${account}/${parts[0] ?? ""}`,
  },
  "wafv2:webacl": {
    type: "AWS::WAFv2::WebACL",
    // arn:aws:wafv2:<region>:<account>:regional|global/webacl/<name>/<id>
    id: ({ parts: [scope, , name, id] }) => `${name}|${id}|${scope === "global" ? "CLOUDFRONT" : "REGIONAL"}`,
  },
};

/** e.g. `rds:db`; of services whose ARNs name no kind, the service alone: `s3:`. */
export function kindOf({ service, parts }: Arn): string {
  if (["s3", "sns", "sqs"].includes(service)) return `${service}:`;
  return service === "wafv2" ? `${service}:${parts[1]}` : `${service}:${parts[0]}`;
}

/** A kind that bears no tags, and is found by its name. */
export interface NamedKind {
  readonly type: string;
  readonly kind: string;
  /** Kept in one place for all regions. */
  readonly isGlobal: boolean;
  /** Where its properties have the name; left out where that is its identifier. */
  readonly nameIn?: (properties: Readonly<Record<string, unknown>>) => string | undefined;
}

const inside = (key: string) => (properties: Readonly<Record<string, unknown>>) => {
  const { Name } = (properties[key] ?? {}) as { readonly Name?: unknown }; // CloudFormation's own
  return typeof Name === "string" ? Name : undefined;
};

/** Types and properties: CloudFormation's registry, read 2026-11. */
export const byName: readonly NamedKind[] = [
  { type: "AWS::CloudWatch::Dashboard", kind: "cloudwatch:dashboard", isGlobal: false },
  {
    type: "AWS::CloudFront::ResponseHeadersPolicy",
    kind: "cloudfront:response-headers-policy",
    isGlobal: true,
    nameIn: inside("ResponseHeadersPolicyConfig"),
  },
  {
    type: "AWS::CloudFront::OriginAccessControl",
    kind: "cloudfront:origin-access-control",
    isGlobal: true,
    nameIn: inside("OriginAccessControlConfig"),
  },
];
