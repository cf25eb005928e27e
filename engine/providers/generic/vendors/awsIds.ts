import { hex, opaque, pick, uuid } from "../mint.ts";
import { text } from "../values.ts";
import type { Identity } from "./vendor.ts";

/** The account of every rehearsal: a number AWS uses in its own examples. */
export const account = "111122223333";

type Draft = Omit<Identity, "id">;

const given =
  (...inputs: readonly string[]) =>
  (draft: Draft): string => {
    for (const input of inputs) {
      const value = text(draft.inputs[input]);
      if (value !== undefined) return value;
    }
    return `${draft.name}-${hex(draft.seed, 13)}`;
  };
const prefixed = (prefix: string) => (draft: Draft) => `${prefix}-${hex(draft.seed, 17)}`;
const joined =
  (separator: string, ...inputs: readonly string[]) =>
  (draft: Draft) =>
    inputs
      .map((input) => draft.inputs[input])
      .filter((value) => value !== undefined && value !== null && value !== "")
      .join(separator);

/** How AWS's provider builds the id of each type; a type not here takes its `arn`'s or its name's. */
const ids: Readonly<Record<string, (draft: Draft) => string>> = {
  "ec2/vpc": prefixed("vpc"),
  "ec2/subnet": prefixed("subnet"),
  "ec2/securityGroup": prefixed("sg"),
  "ec2/securityGroupRule": prefixed("sgrule"),
  "ec2/internetGateway": prefixed("igw"),
  "ec2/egressOnlyInternetGateway": prefixed("eigw"),
  "ec2/natGateway": prefixed("nat"),
  "ec2/eip": prefixed("eipalloc"),
  "ec2/routeTable": prefixed("rtb"),
  "ec2/defaultRouteTable": prefixed("rtb"),
  "ec2/route": prefixed("r"),
  "ec2/routeTableAssociation": prefixed("rtbassoc"),
  "ec2/vpcEndpoint": prefixed("vpce"),
  "ec2/networkAcl": prefixed("acl"),
  "ec2/defaultSecurityGroup": prefixed("sg"),
  "ec2/flowLog": prefixed("fl"),
  "ec2/launchTemplate": prefixed("lt"),
  "ec2/instance": prefixed("i"),
  "ec2/volume": prefixed("vol"),
  "ec2/networkInterface": prefixed("eni"),
  "ec2/vpcPeeringConnection": prefixed("pcx"),
  "vpc/securityGroupIngressRule": prefixed("sgr"),
  "vpc/securityGroupEgressRule": prefixed("sgr"),
  "efs/fileSystem": prefixed("fs"),
  "efs/mountTarget": prefixed("fsmt"),
  "efs/accessPoint": prefixed("fsap"),
  "rds/instance": (draft) => `db-${hex(draft.seed, 26).toUpperCase()}`,
  "rds/cluster": given("clusterIdentifier"),
  "rds/clusterInstance": given("identifier"),
  "rds/globalCluster": given("globalClusterIdentifier"),
  "rds/proxy": given("name"),
  "rds/proxyTarget": (draft) =>
    [
      draft.inputs.dbProxyName,
      draft.inputs.targetGroupName,
      draft.inputs.dbInstanceIdentifier ? "RDS_INSTANCE" : "TRACKED_CLUSTER",
      draft.inputs.dbInstanceIdentifier ?? draft.inputs.dbClusterIdentifier,
    ].join("/"),
  "elasticache/replicationGroup": given("replicationGroupId"),
  // The suffix with five characters of AWS's before it, e.g. `sgaui-pulse`.
  "elasticache/globalReplicationGroup": (draft) =>
    `${hex(draft.seed, 5)}-${String(draft.inputs.globalReplicationGroupIdSuffix)}`,
  "elasticache/user": given("userId"),
  "elasticache/userGroup": given("userGroupId"),
  "s3/bucket": given("bucket"),
  "dynamodb/table": given("name"),
  "kms/key": (draft) => uuid(draft.seed),
  "kms/replicaKey": (draft) => uuid(draft.seed),
  "kms/alias": given("name"),
  "iam/role": given("name"),
  "iam/user": given("name"),
  "iam/rolePolicy": joined(":", "role", "name"),
  "iam/rolePolicyAttachment": joined("/", "role", "policyArn"),
  "iam/instanceProfile": given("name"),
  "cloudwatch/logGroup": given("name"),
  "cloudwatch/metricAlarm": given("name"),
  "cloudwatch/compositeAlarm": given("alarmName"),
  "cloudwatch/dashboard": given("dashboardName"),
  "cloudwatch/eventRule": given("name"),
  "cloudwatch/logMetricFilter": given("name"),
  // A family holds many; each registration is a revision of its own.
  "ecs/taskDefinition": (draft) => `${given("family")(draft)}:${1 + pick(draft.seed, 9999)}`,
  "ecs/clusterCapacityProviders": given("clusterName"),
  "ecr/repository": given("name"),
  "ecr/lifecyclePolicy": given("repository"),
  "ecr/repositoryPolicy": given("repository"),
  "eks/cluster": given("name"),
  "eks/nodeGroup": joined(":", "clusterName", "nodeGroupName"),
  "eks/addon": joined(":", "clusterName", "addonName"),
  "eks/accessEntry": joined(":", "clusterName", "principalArn"),
  "eks/accessPolicyAssociation": joined("#", "clusterName", "principalArn", "policyArn"),
  "eks/podIdentityAssociation": (draft) => `a-${hex(draft.seed, 17)}`,
  "route53/zone": (draft) => `Z${hex(draft.seed, 20).toUpperCase()}`,
  "route53/record": joined("_", "zoneId", "name", "type", "setIdentifier"),
  "route53/healthCheck": (draft) => uuid(draft.seed),
  "cloudfront/distribution": (draft) => `E${hex(draft.seed, 13).toUpperCase()}`,
  "cloudfront/originAccessControl": (draft) => `E${hex(draft.seed, 13).toUpperCase()}`,
  "cloudfront/responseHeadersPolicy": (draft) => uuid(draft.seed),
  "cloudfront/cachePolicy": (draft) => uuid(draft.seed),
  "cloudfront/originRequestPolicy": (draft) => uuid(draft.seed),
  "cloudfront/function": given("name"),
  "wafv2/webAcl": (draft) => uuid(draft.seed),
  "wafv2/ipSet": (draft) => uuid(draft.seed),
  "backup/vault": given("name"),
  "backup/vaultLockConfiguration": given("backupVaultName"),
  "backup/plan": (draft) => uuid(draft.seed),
  "backup/selection": (draft) => uuid(draft.seed),
  "budgets/budget": (draft) => `${account}:${given("name")(draft)}`,
  "scheduler/schedule": (draft) => `${text(draft.inputs.groupName) ?? "default"}/${given("name")(draft)}`,
  "scheduler/scheduleGroup": given("name"),
  "appautoscaling/target": joined("/", "serviceNamespace", "resourceId", "scalableDimension"),
  "appautoscaling/policy": given("name"),
  "lambda/function": given("name"),
  "lambda/permission": given("statementId"),
  "sqs/queue": (draft) => `https://sqs.${draft.scope}.amazonaws.com/${account}/${given("name")(draft)}`,
  "secretsmanager/secretVersion": (draft) =>
    `${String(draft.inputs.secretId)}|terraform-${opaque(draft.seed, 26)}`,
  "acm/certificateValidation": () => "2026-01-01 00:00:00 +0000 UTC",
};

/** The part of a type between the package and the class: `rds/instance`. */
export const kindOf = (type: string): string => type.split(":")[1] ?? "";

/** Services without a region in their ARNs. */
const global = new Set(["iam", "route53", "cloudfront", "budgets"]);
const serviceNames: Readonly<Record<string, string>> = {
  lb: "elasticloadbalancing",
  alb: "elasticloadbalancing",
  efs: "elasticfilesystem",
  appautoscaling: "application-autoscaling",
  vpc: "ec2",
};

/** What follows the account in an ARN, by type. */
const resourceParts: Readonly<Record<string, (draft: Draft, id: string) => string>> = {
  "rds/instance": (draft) => `db:${given("identifier")(draft)}`,
  "rds/cluster": (_, id) => `cluster:${id}`,
  "rds/clusterInstance": (_, id) => `db:${id}`,
  "rds/globalCluster": (_, id) => `global-cluster:${id}`,
  "rds/proxy": (draft) => `db-proxy:prx-${hex(draft.seed, 17)}`,
  "rds/subnetGroup": (_, id) => `subgrp:${id}`,
  "rds/parameterGroup": (_, id) => `pg:${id}`,
  "elasticache/replicationGroup": (_, id) => `replicationgroup:${id}`,
  "elasticache/globalReplicationGroup": (_, id) => `globalreplicationgroup:${id}`,
  "elasticache/subnetGroup": (_, id) => `subnetgroup:${id}`,
  "elasticache/parameterGroup": (_, id) => `parametergroup:${id}`,
  "lb/loadBalancer": (draft) =>
    `loadbalancer/${draft.inputs.loadBalancerType === "network" ? "net" : "app"}/${given("name")(draft)}/${hex(draft.seed, 16)}`,
  "lb/targetGroup": (draft) => `targetgroup/${given("name")(draft)}/${hex(draft.seed, 16)}`,
  "lb/listener": (draft) =>
    `${String(draft.inputs.loadBalancerArn)
      .split(":")
      .at(-1)
      ?.replace(/^loadbalancer/, "listener")}/${hex(draft.seed, 16)}`,
  "lb/listenerRule": (draft) =>
    `${String(draft.inputs.listenerArn)
      .split(":")
      .at(-1)
      ?.replace(/^listener/, "listener-rule")}/${hex(draft.seed, 16)}`,
  "ecs/cluster": (draft) => `cluster/${given("name")(draft)}`,
  "ecs/service": (draft) =>
    `service/${String(draft.inputs.cluster ?? "default")
      .split("/")
      .at(-1)}/${given("name")(draft)}`,
  "ecs/taskDefinition": (_, id) => `task-definition/${id}`,
  "ecr/repository": (_, id) => `repository/${id}`,
  "kms/key": (_, id) => `key/${id}`,
  "kms/replicaKey": (_, id) => `key/${id}`,
  "kms/alias": (_, id) => id,
  "iam/role": (draft, id) => `role${text(draft.inputs.path) ?? "/"}${id}`,
  "iam/policy": (draft) => `policy${text(draft.inputs.path) ?? "/"}${given("name")(draft)}`,
  "iam/openIdConnectProvider": (draft) =>
    `oidc-provider/${String(draft.inputs.url).replace(/^https:\/\//, "")}`,
  "iam/instanceProfile": (_, id) => `instance-profile/${id}`,
  "secretsmanager/secret": (draft) => `secret:${given("name")(draft)}-${opaque(draft.seed, 6)}`,
  "sns/topic": (draft) => given("name")(draft),
  "sns/topicSubscription": (draft) => `${String(draft.inputs.topic).split(":").at(-1)}:${uuid(draft.seed)}`,
  "sqs/queue": (draft) => given("name")(draft),
  "acm/certificate": (draft) => `certificate/${uuid(draft.seed)}`,
  "cloudwatch/logGroup": (_, id) => `log-group:${id}`,
  "cloudwatch/metricAlarm": (_, id) => `alarm:${id}`,
  "cloudwatch/dashboard": (_, id) => `dashboard/${id}`,
  "cloudfront/distribution": (_, id) => `distribution/${id}`,
  "wafv2/webAcl": (draft, id) =>
    `${draft.inputs.scope === "CLOUDFRONT" ? "global" : "regional"}/webacl/${given("name")(draft)}/${id}`,
  "backup/vault": (_, id) => `backup-vault:${id}`,
  "backup/plan": (_, id) => `backup-plan:${id}`,
  "eks/cluster": (_, id) => `cluster/${id}`,
  "lambda/function": (_, id) => `function:${id}`,
  "scheduler/schedule": (_, id) => `schedule/${id}`,
  "dynamodb/table": (_, id) => `table/${id}`,
};

/** Types whose id is their ARN. */
const byArn = new Set([
  "lb/loadBalancer",
  "lb/targetGroup",
  "lb/listener",
  "lb/listenerRule",
  "ecs/cluster",
  "ecs/service",
  "ecs/capacityProvider",
  "iam/policy",
  "iam/openIdConnectProvider",
  "secretsmanager/secret",
  "sns/topic",
  "sns/topicSubscription",
  "acm/certificate",
]);

export function awsId(draft: Draft): string {
  const kind = kindOf(draft.type).replace(/^alb\//, "lb/");
  const make = ids[kind];
  if (make) return make(draft);
  if (byArn.has(kind)) return awsArn(draft, "");
  const bucket = kind.startsWith("s3/bucket") ? text(draft.inputs.bucket) : undefined;
  return bucket ?? given("name", "identifier")(draft);
}

export function awsArn(draft: Draft, id: string): string {
  const kind = kindOf(draft.type).replace(/^alb\//, "lb/");
  const module = kind.split("/")[0] ?? "";
  if (module === "s3") return `arn:aws:s3:::${id}`;
  const service =
    kind === "cloudwatch/logGroup"
      ? "logs"
      : kind.startsWith("cloudwatch/event")
        ? "events"
        : (serviceNames[module] ?? module);
  const camel = kind.split("/")[1] ?? "";
  const part =
    resourceParts[kind]?.(draft, id) ?? `${camel.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}/${id}`;
  const dashboards = kind === "cloudwatch/dashboard";
  const cloudfrontAcl = kind.startsWith("wafv2/") && draft.inputs.scope === "CLOUDFRONT";
  const region = global.has(module) || dashboards ? "" : cloudfrontAcl ? "us-east-1" : draft.scope;
  const owner = module === "route53" ? "" : account;
  return `arn:aws:${service}:${region}:${owner}:${part}`;
}

/** An address in 10.0.0.0/16 for an interface. */
export const privateAddress = (seed: string): string =>
  `10.0.${pick(seed, 200)}.${pick(`${seed}!`, 250) + 4}`;
