import type { Group } from "../case.ts";

const stage = "components/aws-eks";
const own = (file: string, find: string, put: string) => [{ file: `${stage}/${file}`, find, put }];
const settings = "Pulumi.prod.yaml";
const image = `ghcr.io/example/pulse@sha256:${"9b1c".repeat(16)}`;

/** Two regions of EKS, Aurora and ElastiCache, as the stage makes them. */
export const eks: Group = {
  base: { stage: "aws-eks", size: "medium" },
  cases: [
    {
      name: "a new image of the app in both regions",
      settings: { "rung:image": image },
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "the stage's node groups get another logical name",
      edits: own("nodes.ts", "prefix}nodes`", "prefix}workers`"),
      verdict: "REVIEW",
      findings: [
        { rank: "downtime", rule: "serving-deleted", resource: "nodes", cause: `${stage}/nodes.ts` },
      ],
    },
    {
      name: "the nodes become another kind of machine",
      edits: own("nodes.ts", "instanceTypes: [instance]", 'instanceTypes: ["m7g.xlarge"]'),
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "nodes-replaced", resource: "nodes", cause: `${stage}/nodes.ts` }],
    },
    {
      name: "fewer nodes",
      edits: own("sizes.ts", "count: 3, most: 6", "count: 2, most: 6"),
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "fewer-nodes", resource: "nodes", cause: `${stage}/sizes.ts` }],
    },
    {
      name: "Kubernetes goes up one version in both regions",
      edits: own("cluster.ts", 'kubernetesVersion = "1.35"', 'kubernetesVersion = "1.36"'),
      verdict: "REVIEW",
      findings: [
        {
          rank: "downtime",
          rule: "cluster-upgrade",
          resource: "cluster",
          path: "version",
          cause: `${stage}/cluster.ts`,
        },
      ],
    },
    {
      name: "Kubernetes goes back a version",
      edits: own("cluster.ts", 'kubernetesVersion = "1.35"', 'kubernetesVersion = "1.34"'),
      verdict: "BLOCK",
      findings: [
        {
          rank: "downtime",
          rule: "cluster-upgrade-refused",
          resource: "cluster",
          cause: `${stage}/cluster.ts`,
        },
      ],
    },
    {
      name: "Kubernetes' own secrets are no longer encrypted",
      edits: own(
        "cluster.ts",
        '      encryptionConfig: { provider: { keyArn: place.keys.secrets }, resources: ["secrets"] },\n',
        "",
      ),
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "logs-replaced" },

        { rank: "downtime", rule: "ground-replaced", resource: "cluster", cause: `${stage}/cluster.ts` },
      ],
    },
    {
      name: "both clusters' API is opened to the world",
      settings: { "rung:adminCidrs": '["0.0.0.0/0"]' },
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "open-to-the-world", resource: "cluster", cause: settings }],
    },
    {
      name: "the cluster writes down less",
      edits: own(
        "cluster.ts",
        '["api", "audit", "authenticator", "controllerManager", "scheduler"]',
        '["api"]',
      ),
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "seen-less", resource: "cluster", cause: `${stage}/cluster.ts` }],
    },
    {
      name: "the namespace takes any pod",
      edits: own("namespace.ts", "          ...restrictedLabels,\n", ""),
      verdict: "BLOCK",
      findings: [
        { rank: "exposure", rule: "pod-security", resource: "app", cause: `${stage}/namespace.ts` },
        { rank: "rest", rule: "policy:rung/namespace-restricted" },
      ],
    },
    {
      name: "pods may speak to whom they like",
      edits: own(
        "policies.ts",
        '    policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),\n',
        "",
      ),
      verdict: "REVIEW",
      findings: [
        { rank: "exposure", rule: "guard-deleted", resource: "default-deny", cause: `${stage}/policies.ts` },
      ],
    },
    {
      name: "the pods' root can be written",
      edits: own("pods.ts", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
      verdict: "REVIEW",
      findings: [
        { rank: "exposure", rule: "container-hardening", resource: "app", cause: `${stage}/pods.ts` },
      ],
    },
    {
      name: "the app starts from two pods instead of three",
      edits: own("sizes.ts", "memoryMb: 1024, minReplicas: 3", "memoryMb: 1024, minReplicas: 2"),
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "fewer-tasks", resource: "app", cause: `${stage}/sizes.ts` }],
    },
    {
      name: "Aurora's machines become bigger",
      edits: own("sizes.ts", 'class: "db.r7g.large", instances: 2', 'class: "db.r7g.xlarge", instances: 2'),
      verdict: "REVIEW",
      findings: [
        {
          rank: "downtime",
          rule: "database-restart",
          resource: "database-1",
          path: "instanceClass",
          cause: `${stage}/sizes.ts`,
        },
      ],
    },
    {
      name: "Aurora is left with one machine a region",
      edits: own("sizes.ts", 'class: "db.r7g.large", instances: 2', 'class: "db.r7g.large", instances: 1'),
      verdict: "REVIEW",
      findings: [
        { rank: "downtime", rule: "standby-removed", resource: "database-2", cause: `${stage}/sizes.ts` },
      ],
    },
    {
      name: "Aurora's backups are kept for a day",
      edits: own("sizes.ts", "retentionDays: 14", "retentionDays: 1"),
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "backup-weakened",
          resource: "database",
          path: "backupRetentionPeriod",
          cause: `${stage}/sizes.ts`,
        },
        { rank: "rest", rule: "policy:rung/rds-backups" },
      ],
    },
    {
      name: "Aurora's engine goes up a minor version",
      edits: own("database.ts", '17: "17.5"', '17: "17.6"'),
      verdict: "REVIEW",
      findings: [
        {
          rank: "downtime",
          rule: "database-restart",
          resource: "database",
          path: "engineVersion",
          cause: `${stage}/database.ts`,
        },
      ],
    },
    {
      name: "Aurora goes back a major version",
      edits: [
        { file: "app/spec.ts", find: "database: { extensions", put: "database: { version: 16, extensions" },
      ],
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "engine-downgraded", resource: "database", cause: "app/spec.ts" },
      ],
    },
    {
      name: "Aurora's global database gets another logical name",
      edits: own(
        "database.ts",
        'new rds.GlobalCluster(\n    "database",',
        'new rds.GlobalCluster(\n    "global",',
      ),
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "store-renamed", resource: "database", cause: `${stage}/database.ts` },
      ],
    },
    {
      name: "a region is taken away",
      settings: { "rung:regions": '["eu-central-1"]' },
      verdict: "BLOCK",
      findings: [],
    },
    {
      name: "the other region takes the lead",
      settings: { "rung:primary": "eu-west-1" },
      verdict: "REVIEW",
      findings: [],
    },
    {
      name: "an admin of the cluster is added",
      settings: { "rung:adminRoles": '["arn:aws:iam::111122223333:role/oncall"]' },
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "permissions-wider", resource: "admin-0", cause: settings }],
    },
    {
      name: "pods get a token of the cluster's API",
      edits: own("pods.ts", "automountServiceAccountToken: false", "automountServiceAccountToken: true"),
      verdict: "REVIEW",
      findings: [
        { rank: "exposure", rule: "container-hardening", resource: "app", cause: `${stage}/pods.ts` },
      ],
    },
  ],
};
