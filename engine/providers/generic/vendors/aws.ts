import { hex, pick } from "../mint.ts";
import type { Held, Values } from "../store.ts";
import { isObject, text } from "../values.ts";
import { awsFunctions } from "./awsFunctions.ts";
import { account, awsArn, awsId, kindOf, privateAddress } from "./awsIds.ts";
import { awsInPlace, awsReplaces } from "./awsReplaces.ts";
import { between, bitsBetween, block, isBlock, matches, overlap, within } from "./network.ts";
import type { Identity, Rule, Vendor } from "./vendor.ts";

/** Where an AWS resource is made when nothing says so: the provider itself would refuse. */
const noRegion = "us-east-1";

export const aws: Vendor = {
  canonical: (type) => type.replace(/^aws:alb\//, "aws:lb/"),
  scope: (config, inputs) => text(inputs.region) ?? config.region ?? noRegion,
  id: awsId,
  value: (identity, property) => values[property]?.(identity),
  outputs: {
    "aws:acm/certificate:Certificate": certificate,
    "aws:ecs/taskDefinition:TaskDefinition": (identity) => ({
      revision: 1,
      arnWithoutRevision: awsArn(identity, identity.id).replace(/:1$/, ""),
    }),
    "aws:rds/instance:Instance": (identity) => {
      const address = `${text(identity.inputs.identifier) ?? identity.name}.${hex(identity.seed, 13)}.${identity.scope}.rds.amazonaws.com`;
      const port = typeof identity.inputs.port === "number" ? identity.inputs.port : 5432;
      return { address, port, endpoint: `${address}:${port}`, replicas: [] };
    },
    "aws:rds/cluster:Cluster": (identity) => ({
      endpoint: `${identity.id}.cluster-${hex(identity.seed, 13)}.${identity.scope}.rds.amazonaws.com`,
      readerEndpoint: `${identity.id}.cluster-ro-${hex(identity.seed, 13)}.${identity.scope}.rds.amazonaws.com`,
      clusterMembers: [],
    }),
    "aws:elasticache/replicationGroup:ReplicationGroup": (identity) => ({
      primaryEndpointAddress: `master.${identity.id}.${hex(identity.seed, 13)}.${identity.scope}.cache.amazonaws.com`,
      readerEndpointAddress: `replica.${identity.id}.${hex(identity.seed, 13)}.${identity.scope}.cache.amazonaws.com`,
    }),
    "aws:s3/bucket:Bucket": ({ id, scope }) => ({
      bucketDomainName: `${id}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${id}.s3.${scope}.amazonaws.com`,
      hostedZoneId: "Z21DNDUVLTQW6Q",
    }),
    "aws:ecr/repository:Repository": ({ id, scope }) => ({
      registryId: account,
      repositoryUrl: `${account}.dkr.ecr.${scope}.amazonaws.com/${id}`,
    }),
    "aws:lb/loadBalancer:LoadBalancer": (identity) => ({
      arnSuffix: awsArn(identity, identity.id).replace(/^.*:loadbalancer\//, ""),
      dnsName: `${text(identity.inputs.name) ?? identity.name}-${pick(identity.seed, 1e9)}.${identity.scope}.elb.amazonaws.com`,
      zoneId: "Z215JYRZR1TBD5",
    }),
    "aws:lb/targetGroup:TargetGroup": (identity) => ({
      arnSuffix: awsArn(identity, identity.id).split(":").at(-1),
      loadBalancerArns: [],
    }),
    "aws:cloudfront/distribution:Distribution": ({ id }) => ({
      domainName: `d${id.toLowerCase()}.cloudfront.net`,
      hostedZoneId: "Z2FDTNDATAQYW2",
      status: "Deployed",
    }),
    "aws:route53/zone:Zone": ({ id }) => ({
      zoneId: id,
      nameServers: [1, 2, 3, 4].map((n) => `ns-${n}.awsdns-0${n}.com`),
    }),
    "aws:eks/cluster:Cluster": (identity) => ({
      endpoint: `https://${hex(identity.seed, 32).toUpperCase()}.gr7.${identity.scope}.eks.amazonaws.com`,
      status: "ACTIVE",
      certificateAuthority: { data: Buffer.from(`stand-in CA of ${identity.id}`).toString("base64") },
      certificateAuthorities: [{ data: Buffer.from(`stand-in CA of ${identity.id}`).toString("base64") }],
      identities: [
        {
          oidcs: [
            {
              issuer: `https://oidc.eks.${identity.scope}.amazonaws.com/id/${hex(identity.seed, 32).toUpperCase()}`,
            },
          ],
        },
      ],
    }),
  },
  autoname: true,
  autonames: {
    "aws:rds/instance:Instance": "identifier",
    "aws:rds/cluster:Cluster": "clusterIdentifier",
    "aws:rds/clusterInstance:ClusterInstance": "identifier",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:eks/nodeGroup:NodeGroup": "nodeGroupName",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
  },
  replaces: awsReplaces,
  inPlace: awsInPlace,
  unique: {
    "aws:ec2/subnet:Subnet": ["vpcId", "cidrBlock"],
    "aws:rds/instance:Instance": ["identifier"],
    "aws:rds/subnetGroup:SubnetGroup": ["name"],
    "aws:rds/parameterGroup:ParameterGroup": ["name"],
    "aws:elasticache/subnetGroup:SubnetGroup": ["name"],
    "aws:elasticache/parameterGroup:ParameterGroup": ["name"],
    "aws:lb/loadBalancer:LoadBalancer": ["name"],
    "aws:lb/targetGroup:TargetGroup": ["name"],
    "aws:ec2/securityGroup:SecurityGroup": ["name", "vpcId"],
    "aws:ecs/cluster:Cluster": ["name"],
    "aws:ecs/service:Service": ["name", "cluster"],
    "aws:secretsmanager/secret:Secret": ["name"],
    "aws:iam/policy:Policy": ["name"],
    "aws:sns/topic:Topic": ["name"],
    "aws:wafv2/webAcl:WebAcl": ["name", "scope"],
    "aws:scheduler/schedule:Schedule": ["name", "groupName"],
  },
  refuses: {
    "aws:rds/instance:Instance": (held) => protectedStore(held) ?? finalSnapshot(held),
    "aws:rds/cluster:Cluster": (held) => protectedStore(held) ?? finalSnapshot(held),
    "aws:rds/globalCluster:GlobalCluster": protectedStore,
    "aws:dynamodb/table:Table": ({ inputs }) =>
      inputs.deletionProtectionEnabled === true ? "deletionProtectionEnabled is on" : undefined,
    "aws:lb/loadBalancer:LoadBalancer": ({ inputs }) =>
      inputs.enableDeletionProtection === true ? "enableDeletionProtection is on" : undefined,
    "aws:ec2/instance:Instance": ({ inputs }) =>
      inputs.disableApiTermination === true ? "disableApiTermination is on" : undefined,
    "aws:eks/cluster:Cluster": protectedStore,
    "aws:cloudwatch/logGroup:LogGroup": ({ inputs }) =>
      inputs.deletionProtectionEnabled === true ? "deletionProtectionEnabled is on" : undefined,
  },
  heldBy: {
    "aws:ec2/vpc:Vpc": [
      "aws:ec2/subnet:Subnet",
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ec2/internetGateway:InternetGateway",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ec2/routeTable:RouteTable",
    ],
    "aws:ec2/subnet:Subnet": [
      "aws:ec2/natGateway:NatGateway",
      "aws:ec2/instance:Instance",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ecs/service:Service",
      "aws:efs/mountTarget:MountTarget",
      "aws:eks/cluster:Cluster",
      "aws:eks/nodeGroup:NodeGroup",
      "aws:elasticache/subnetGroup:SubnetGroup",
      "aws:lb/loadBalancer:LoadBalancer",
      "aws:rds/subnetGroup:SubnetGroup",
    ],
    "aws:ec2/securityGroup:SecurityGroup": [
      "aws:ec2/instance:Instance",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ecs/service:Service",
      "aws:efs/mountTarget:MountTarget",
      "aws:eks/cluster:Cluster",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:lb/loadBalancer:LoadBalancer",
      "aws:rds/cluster:Cluster",
      "aws:rds/instance:Instance",
      "aws:rds/proxy:Proxy",
    ],
    "aws:ec2/eip:Eip": ["aws:ec2/natGateway:NatGateway"],
    "aws:ecs/cluster:Cluster": ["aws:ecs/service:Service"],
    "aws:eks/cluster:Cluster": ["aws:eks/nodeGroup:NodeGroup", "aws:eks/fargateProfile:FargateProfile"],
    "aws:rds/subnetGroup:SubnetGroup": ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"],
    "aws:rds/parameterGroup:ParameterGroup": ["aws:rds/instance:Instance"],
    "aws:rds/cluster:Cluster": ["aws:rds/clusterInstance:ClusterInstance"],
    "aws:rds/globalCluster:GlobalCluster": ["aws:rds/cluster:Cluster"],
    "aws:elasticache/subnetGroup:SubnetGroup": ["aws:elasticache/replicationGroup:ReplicationGroup"],
    "aws:elasticache/parameterGroup:ParameterGroup": ["aws:elasticache/replicationGroup:ReplicationGroup"],
    "aws:lb/targetGroup:TargetGroup": ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"],
    "aws:acm/certificate:Certificate": [
      "aws:lb/listener:Listener",
      "aws:cloudfront/distribution:Distribution",
    ],
    "aws:iam/role:Role": [
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:iam/instanceProfile:InstanceProfile",
    ],
    "aws:iam/policy:Policy": ["aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
    "aws:route53/zone:Zone": ["aws:route53/record:Record"],
    "aws:wafv2/webAcl:WebAcl": [
      "aws:wafv2/webAclAssociation:WebAclAssociation",
      "aws:cloudfront/distribution:Distribution",
    ],
    "aws:backup/vault:Vault": ["aws:backup/plan:Plan"],
    "aws:backup/plan:Plan": ["aws:backup/selection:Selection"],
    "aws:cloudfront/originAccessControl:OriginAccessControl": ["aws:cloudfront/distribution:Distribution"],
  },
  rules: {
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
      authToken: secretText(/^[\x21-\x7e]{16,128}$/, "16 to 128 printable characters"),
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
  },
  functions: awsFunctions,
  foreign: /^arn:aws[\w-]*:iam::\d*:(?:root$|role\/aws-service-role\/)/,
  idPattern: /^arn:aws[\w-]*:[\w-]+:[\w-]*:111122223333:[^*?]+$/,
};

const values: Readonly<Record<string, (identity: Identity) => unknown>> = {
  arn: (identity) => awsArn(identity, identity.id),
  tagsAll: ({ inputs }) => inputs.tags ?? {},
  region: ({ scope }) => scope,
  ownerId: () => account,
  accountId: () => account,
  registryId: () => account,
  keyId: ({ type, id }) => (kindOf(type) === "kms/key" ? id : undefined),
  privateIp: ({ seed }) => privateAddress(seed),
  availabilityZone: ({ scope }) => `${scope}a`,
  vpcId: ({ inputs }) => text(inputs.vpcId),
  secretArn: ({ scope, name, seed }) =>
    `arn:aws:secretsmanager:${scope}:${account}:secret:rds!${name}-${hex(seed, 17)}`,
  kmsKeyId: ({ scope, seed }) => `arn:aws:kms:${scope}:${account}:key/${hex(`${seed}:default`, 17)}`,
  dbiResourceId: ({ seed }) => `db-${hex(seed, 26).toUpperCase()}`,
  defaultSecurityGroupId: ({ seed }) => `sg-${hex(`${seed}:default`, 17)}`,
  clusterSecurityGroupId: ({ seed }) => `sg-${hex(`${seed}:cluster`, 17)}`,
  mainRouteTableId: ({ seed }) => `rtb-${hex(`${seed}:main`, 17)}`,
  defaultRouteTableId: ({ seed }) => `rtb-${hex(`${seed}:main`, 17)}`,
  defaultNetworkAclId: ({ seed }) => `acl-${hex(`${seed}:acl`, 17)}`,
  networkInterfaceId: ({ seed }) => `eni-${hex(`${seed}:eni`, 17)}`,
  hostedZoneId: ({ seed }) => `Z${hex(`${seed}:zone`, 13).toUpperCase()}`,
  name: ({ id, type }) => (kindOf(type).startsWith("ec2/") ? undefined : id),
};

function certificate({ inputs, seed }: Identity): Values {
  const others = Array.isArray(inputs.subjectAlternativeNames) ? inputs.subjectAlternativeNames : [];
  const names = [...new Set([String(inputs.domainName), ...others.map(String)])];
  return {
    domainValidationOptions: names.map((domainName) => ({
      domainName,
      resourceRecordName: `_${hex(`${seed}:${domainName}`, 32)}.${domainName.replace(/^\*\./, "")}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${hex(`${seed}:${domainName}:value`, 32)}.acm-validations.aws.`,
    })),
    subjectAlternativeNames: names,
    status: "ISSUED",
    type: "AMAZON_ISSUED",
  };
}

function protectedStore({ inputs }: Held): string | undefined {
  return inputs.deletionProtection === true ? "deletionProtection is on" : undefined;
}

function finalSnapshot({ inputs }: Held): string | undefined {
  return inputs.skipFinalSnapshot === true || text(inputs.finalSnapshotIdentifier)
    ? undefined
    : "finalSnapshotIdentifier is required when skipFinalSnapshot is not true";
}

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
