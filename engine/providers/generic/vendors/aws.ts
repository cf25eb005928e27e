import { hex, pick } from "../mint.ts";
import type { Values } from "../store.ts";
import { text } from "../values.ts";
import { awsFunctions } from "./awsFunctions.ts";
import { awsHeldBy, awsRefuses, awsUnique } from "./awsGuards.ts";
import { account, awsArn, awsId, kindOf, privateAddress } from "./awsIds.ts";
import { awsInPlace, awsReplaces } from "./awsReplaces.ts";
import { awsRules } from "./awsRules.ts";
import type { Identity, Vendor } from "./vendor.ts";

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
      revision: Number(identity.id.split(":").at(-1)),
      arnWithoutRevision: awsArn(identity, identity.id).replace(/:\d+$/, ""),
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
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": ({ id }) => ({
      globalReplicationGroupId: id,
    }),
    "aws:rds/globalCluster:GlobalCluster": ({ id, seed }) => ({
      endpoint: `${id}.global-${hex(seed, 12)}.global.rds.amazonaws.com`,
      globalClusterResourceId: `cluster-${hex(seed, 16)}`,
      globalClusterMembers: [],
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
  unique: awsUnique,
  refuses: awsRefuses,
  heldBy: awsHeldBy,
  rules: awsRules,
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
