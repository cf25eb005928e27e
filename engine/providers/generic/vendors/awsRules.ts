import type { Held, Values } from "../store.ts";
import { isNothing, isObject } from "../values.ts";
import { between, bitsBetween, block, isBlock, matches, overlap, within } from "./network.ts";
import type { Rule, Vendor } from "./vendor.ts";

/** What AWS's own API would refuse, by type and input; the source stands beside each group. */
export const awsRules: NonNullable<Vendor["rules"]> = {
  "aws:ec2/vpc:Vpc": { cidrBlock: bitsBetween(16, 28) },
  "aws:ec2/subnet:Subnet": { cidrBlock: subnetBlock },
  "aws:ec2/route:Route": { destinationCidrBlock: isBlock },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { cidrIpv4: isBlock },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { cidrIpv4: isBlock },
  // RDS User Guide, "Quotas and constraints", naming constraints.
  "aws:rds/instance:Instance": {
    identifier: matches(
      /^(?!.*--)[a-z][a-z0-9-]{0,62}(?<!-)$/,
      "1 to 63 lower-case letters, digits and single hyphens, beginning with a letter",
    ),
    finalSnapshotIdentifier: matches(
      /^(?!.*--)[A-Za-z][A-Za-z0-9-]*(?<!-)$/,
      "letters, digits and single hyphens",
    ),
    backupRetentionPeriod: between(0, 35),
    dbName: matches(
      /^[A-Za-z][A-Za-z0-9_]{0,62}$/,
      "letters, digits and underscores, beginning with a letter",
    ),
  },
  "aws:rds/cluster:Cluster": {
    clusterIdentifier: matches(
      /^(?!.*--)[a-z][a-z0-9-]{0,62}(?<!-)$/,
      "1 to 63 lower-case letters, digits and single hyphens, beginning with a letter",
    ),
    backupRetentionPeriod: between(1, 35),
  },
  // ElastiCache API, CreateReplicationGroup: 1 to 40 characters.
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    replicationGroupId: matches(
      /^(?!.*--)[A-Za-z][A-Za-z0-9-]{0,39}(?<!-)$/,
      "1 to 40 letters, digits and single hyphens, beginning with a letter",
    ),
    snapshotRetentionLimit: between(0, 35),
    // replication_group.go of the provider, ConflictsWith: what joins a datastore takes these from its founder.
    globalReplicationGroupId: without(
      "numNodeGroups",
      "parameterGroupName",
      "engine",
      "engineVersion",
      "nodeType",
      "securityGroupNames",
      "transitEncryptionEnabled",
      "transitEncryptionMode",
      "atRestEncryptionEnabled",
      "snapshotArns",
      "snapshotName",
    ),
    authToken: secretText(/^[\x21-\x7e]{16,128}$/, "16 to 128 printable characters"),
  },
  // ElastiCache User Guide, "Global datastores, prerequisites and limitations": large and above.
  "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": {
    cacheNodeType: matches(
      /^cache\.[a-z0-9]+\.(?!nano|micro|small|medium)\w+$/,
      "a node of size large or above",
    ),
  },
  // S3 User Guide, "General purpose bucket naming rules".
  "aws:s3/bucket:Bucket": {
    bucket: matches(
      /^(?!xn--)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      "3 to 63 lower-case letters, digits, dots and hyphens",
    ),
  },
  // Elastic Load Balancing API: at most 32 characters, letters, digits and hyphens.
  "aws:lb/loadBalancer:LoadBalancer": {
    name: matches(
      /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
      "1 to 32 letters, digits and hyphens",
    ),
  },
  "aws:lb/targetGroup:TargetGroup": {
    name: matches(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/, "1 to 32 letters, digits and hyphens"),
  },
  "aws:iam/role:Role": {
    name: matches(/^[\w+=,.@-]{1,64}$/, "1 to 64 letters, digits and any of +=,.@_-"),
    assumeRolePolicy: json,
  },
  "aws:iam/policy:Policy": { policy: json },
  "aws:iam/rolePolicy:RolePolicy": { policy: json },
  "aws:s3/bucketPolicy:BucketPolicy": { policy: json },
  "aws:kms/key:Key": { policy: json, deletionWindowInDays: between(7, 30) },
  "aws:kms/alias:Alias": {
    name: matches(/^alias\/(?!aws\/)[\w/-]+$/, "alias/ and letters, digits, /, _ and -"),
  },
  "aws:ecs/taskDefinition:TaskDefinition": { containerDefinitions: json },
  "aws:cloudwatch/dashboard:Dashboard": { dashboardBody: json },
  "aws:secretsmanager/secret:Secret": { recoveryWindowInDays: between(0, 30) },
  "aws:sqs/queue:Queue": { messageRetentionSeconds: between(60, 1_209_600) },
};

/** A subnet lies in its VPC's block and overlaps no other subnet of it. */
function subnetBlock(value: unknown, inputs: Values, held: () => Held[]): string | undefined {
  const wrong = bitsBetween(16, 28)(value, inputs, held);
  if (wrong || typeof value !== "string") return wrong;
  const own = block(value);
  const vpc = held().find(({ type, id }) => type === "aws:ec2/vpc:Vpc" && id === inputs.vpcId);
  const outer = typeof vpc?.inputs.cidrBlock === "string" ? block(vpc.inputs.cidrBlock) : undefined;
  if (!own || !outer) return undefined;
  if (!within(own, outer)) return `"${value}" is not inside its VPC's ${String(vpc?.inputs.cidrBlock)}`;
  const other = held().find(
    ({ type, inputs: theirs }) =>
      type === "aws:ec2/subnet:Subnet" &&
      theirs.vpcId === inputs.vpcId &&
      theirs.cidrBlock !== value &&
      typeof theirs.cidrBlock === "string" &&
      overlap(own, block(theirs.cidrBlock) ?? { base: -1, bits: 32 }),
  );
  return other ? `"${value}" overlaps the subnet ${other.id}` : undefined;
}

/** Inputs that may not stand beside this one. */
function without(...others: readonly string[]): Rule {
  return (_, inputs) => {
    const found = others.filter((name) => !isNothing(inputs[name]));
    return found.length > 0 ? `conflicts with ${found.join(", ")}` : undefined;
  };
}

/** Policies and the like come as JSON text. */
function json(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) || Array.isArray(parsed) ? undefined : "must be a JSON document";
  } catch {
    return "must be valid JSON";
  }
}

/** A rule whose finding must not show the value. */
function secretText(pattern: RegExp, says: string): Rule {
  return (value) => (typeof value === "string" && !pattern.test(value) ? `must be ${says}` : undefined);
}
