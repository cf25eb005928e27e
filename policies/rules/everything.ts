import type { Rule } from "../model.ts";

/** AWS types whose tags say whose they are and what they cost; those that tag what they make are not among them. */
const taggedTypes = [
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:s3/bucket:Bucket",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/service:Service",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/natGateway:NatGateway",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:cloudfront/distribution:Distribution",
  "aws:eks/cluster:Cluster",
  "aws:kms/key:Key",
  "aws:secretsmanager/secret:Secret",
];
const labelledTypes = [
  "hcloud:index/server:Server",
  "hcloud:index/volume:Volume",
  "hcloud:index/loadBalancer:LoadBalancer",
  "hcloud:index/network:Network",
];

const wanted = ["app", "stack", "stage"] as const;
const tagged =
  (property: "tags" | "labels"): Rule["check"] =>
  (see) => {
    const found = (see.at(property) ?? {}) as Readonly<Record<string, unknown>>;
    const missing = wanted.filter((name) => !found[name]);
    return missing.length > 0 ? `${property} lack ${missing.join(", ")}` : undefined;
  };
const whole = { app: "pulse", stack: "prod", stage: "aws-ecs" };

/** Of every vendor. */
export const everything: readonly Rule[] = [
  {
    id: "tagged",
    types: taggedTypes,
    must: "resources say whose they are: app, stack and stage",
    why: "nobody dares to remove what nobody knows, and the bill cannot be read",
    mend: "give them the stack's tags",
    severity: "low",
    controls: [
      "Security Hub ECS.13",
      "Security Hub ECS.14",
      "Security Hub EC2.35",
      "Security Hub RDS.28",
      "Security Hub RDS.30",
      "Security Hub SecretsManager.5",
      "Security Hub CloudFront.14",
      "Security Hub EKS.6",
    ],
    check: tagged("tags"),
    good: [{ tags: whole }],
    bad: [{}, { tags: { app: "pulse" } }],
  },
  {
    id: "labelled",
    types: labelledTypes,
    must: "resources say whose they are: app, stack and stage",
    why: "nobody dares to remove what nobody knows",
    mend: "give them the stack's labels",
    severity: "low",
    controls: [],
    check: tagged("labels"),
    good: [{ labels: whole }],
    bad: [{}, { labels: { stack: "prod" } }],
  },
];
