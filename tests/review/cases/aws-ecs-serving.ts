import type { Group } from "../case.ts";

const edge = "components/aws-ecs/edge.ts";
const balancer = "components/aws/balancer.ts";
const bucket = "components/aws/bucket.ts";
const postgres = "components/aws/postgres.ts";
const tasks = "components/aws-ecs/tasks.ts";
const database = "components/aws-ecs/database.ts";
const network = "components/aws/network.ts";
const cdn = "components/aws/cdn.ts";
const sizes = "components/aws-ecs/sizes.ts";
const image = `ghcr.io/example/pulse@sha256:${"9b1c".repeat(16)}`;

/** What serves users on AWS: uptime, exposure and cost. */
export const awsServing: Group = {
  base: { stage: "aws-ecs", size: "medium" },
  cases: [
    {
      name: "nothing but a comment",
      edits: [
        {
          file: edge,
          find: "/** The load balancer",
          put: "// looked at again\n/** The load balancer",
        },
      ],
      verdict: "SAFE",
      findings: [],
    },
    { name: "a new image of the app", settings: { "rung:image": image }, verdict: "SAFE", findings: [] },
    {
      name: "another owner: one tag on everything",
      settings: { "rung:owner": "platform" },
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "small to medium's bigger brother: prod becomes large",
      settings: { "rung:size": "large" },
      verdict: "REVIEW",
      findings: [
        {
          rank: "downtime",
          rule: "database-restart",
          resource: "database",
          path: "instanceClass",
          cause: "Pulumi.prod.yaml",
        },
        { rank: "cost", rule: "cost-more", cause: "Pulumi.prod.yaml" },
      ],
    },
    {
      name: "prod goes down to small",
      settings: { "rung:size": "small" },
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "storage-shrunk", resource: "database", cause: "Pulumi.prod.yaml" },
        { rank: "downtime", rule: "standby-removed", resource: "database" },
      ],
    },
    {
      name: "a read replica is added",
      edits: [
        {
          file: sizes,
          find: "storageGb: 50,\n      maxStorageGb: 500,\n      multiAz: true,\n      replicas: 0",
          put: "storageGb: 50,\n      maxStorageGb: 500,\n      multiAz: true,\n      replicas: 1",
        },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "cost", rule: "cost-more", cause: sizes }],
    },
    {
      name: "a security group is opened to the world",
      edits: [
        {
          file: edge,
          find: "  new route53.Record(",
          put: '  ingress(ecs, "edge-any", app, { cidrIpv4: "0.0.0.0/0", fromPort: 3000, toPort: 3000 });\n  new route53.Record(',
        },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "open-to-the-world", resource: "edge-any" }],
    },
    {
      name: "the load balancer takes HTTPS from anybody, past the CDN",
      edits: [
        {
          file: balancer,
          find: '{ prefixListId: options.away ? "pl-not-asked" : cloudFront(aws), fromPort: 443, toPort: 443 }',
          put: '{ cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 443 }',
        },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "open-to-the-world", resource: "edge-https", cause: balancer }],
    },
    {
      name: "the office may reach the database",
      edits: [
        {
          file: database,
          find: "  const settings = parameters(ecs);",
          put: '  ingress(ecs, "database-office", group, { cidrIpv4: "198.51.100.0/24", fromPort: 5432, toPort: 5432 });\n  const settings = parameters(ecs);',
        },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "door-opened", resource: "database-office", cause: database }],
    },
    {
      name: "the database gets a public address",
      edits: [{ file: database, find: "publiclyAccessible: false", put: "publiclyAccessible: true" }],
      verdict: "BLOCK",
      findings: [
        {
          rank: "exposure",
          rule: "public-database",
          resource: "database",
          path: "publiclyAccessible",
          cause: database,
        },
      ],
    },
    {
      name: "the database no longer forces TLS",
      edits: [
        {
          file: postgres,
          find: '{ name: "rds.force_ssl", value: "1" }',
          put: '{ name: "rds.force_ssl", value: "0" }',
        },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "tls-off", resource: "database", cause: postgres }],
    },
    {
      name: "the load balancer takes old TLS",
      edits: [
        {
          file: "components/aws-ecs/blueprint.ts",
          find: 'tls: "ELBSecurityPolicy-TLS13-1-2-2021-06"',
          put: 'tls: "ELBSecurityPolicy-2016-08"',
        },
      ],
      verdict: "BLOCK",
      findings: [
        {
          rank: "exposure",
          rule: "tls-weakened",
          resource: "edge-https",
          path: "sslPolicy",
          cause: "components/aws-ecs/blueprint.ts",
        },
      ],
    },
    {
      name: "the CDN reaches the app over plain HTTP",
      edits: [
        { file: cdn, find: 'originProtocolPolicy: "https-only"', put: 'originProtocolPolicy: "http-only"' },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "tls-off", resource: "cdn", cause: cdn }],
    },
    {
      name: "the firewall is taken off the CDN",
      edits: [{ file: cdn, find: "      webAclId: acl.arn,\n", put: "" }],
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "firewall-off", resource: "cdn", cause: cdn }],
    },
    {
      name: "the app may do anything in S3",
      edits: [
        {
          file: bucket,
          find: '{ Effect: "Allow", Action: "s3:ListBucket", Resource: arns }',
          put: '{ Effect: "Allow", Action: "s3:*", Resource: "*" }',
        },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "permissions-wide", resource: "app-task", cause: bucket }],
    },
    {
      name: "the app may tag objects too",
      edits: [
        {
          file: bucket,
          find: '"s3:PutObject", "s3:DeleteObject"',
          put: '"s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"',
        },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "permissions-wider", resource: "app-task", cause: bucket }],
    },
    {
      name: "the way out through NAT is removed",
      edits: [
        { file: network, find: "publicSubnets.slice(0, count).map", put: "publicSubnets.slice(0, 0).map" },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "serving-deleted", resource: "nat-a", cause: network }],
    },
    {
      name: "the network gets another address range",
      edits: [{ file: "components/aws-ecs/network.ts", find: "10.20.0.0/16", put: "10.40.0.0/16" }],
      verdict: "BLOCK",
      findings: [{ rank: "downtime", rule: "ground-replaced", resource: "vpc", path: "cidrBlock" }],
    },
    {
      name: "containers may write to their root",
      edits: [{ file: tasks, find: "readonlyRootFilesystem: true", put: "readonlyRootFilesystem: false" }],
      verdict: "BLOCK",
      findings: [
        { rank: "exposure", rule: "container-hardening", resource: "app", cause: tasks },
        { rank: "rest", rule: "policy:rung/ecs-read-only-root", resource: "app", cause: tasks },
      ],
    },
    {
      name: "logs are kept for a shorter time",
      edits: [
        {
          file: sizes,
          find: "replicas: 1 },\n    natGateways: 1,\n    privateEndpoints: true,\n    logDays: 90",
          put: "replicas: 1 },\n    natGateways: 1,\n    privateEndpoints: true,\n    logDays: 14",
        },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "data loss", rule: "logs-cut", path: "retentionInDays", cause: sizes }],
    },
    {
      name: "an alarm waits for a slower app",
      edits: [
        {
          file: "app/spec.ts",
          find: "  realtime: true,",
          put: "  realtime: true,\n  alerts: { p95Seconds: 2 },",
        },
      ],
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "a job runs at another hour",
      edits: [{ file: "app/spec.ts", find: '"0 2 * * *"', put: '"30 4 * * *"' }],
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "a job is removed",
      edits: [
        {
          file: "app/spec.ts",
          find: '    cleanup: { schedule: "0 2 * * *", path: "/api/cron/cleanup" },\n',
          put: "",
        },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "rest", rule: "deleted", resource: "job-cleanup", cause: "app/spec.ts" }],
    },
    {
      name: "fewer tasks at the least",
      edits: [
        {
          file: sizes,
          find: "cpu: 512, memoryMb: 1024, minTasks: 2, maxTasks: 8",
          put: "cpu: 512, memoryMb: 1024, minTasks: 1, maxTasks: 8",
        },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "fewer-tasks", resource: "app", cause: sizes }],
    },
    {
      name: "the cache's password is made anew",
      edits: [
        {
          file: "components/aws/passwords.ts",
          find: "{ length: 40, special: false }, kept(aws))",
          put: '{ length: 40, special: false, keepers: { on: "2026-11" } }, kept(aws))',
        },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "protected" }],
    },
    {
      name: "the spec asks for a shorter recovery than two zones give",
      edits: [{ file: "app/spec.ts", find: 'rto: "4h", rpo: "24h"', put: 'rto: "5m", rpo: "1m"' }],
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "promise-lost", cause: "app/spec.ts" },
        { rank: "rest", rule: "policy:rung/objectives-rpo" },
      ],
    },
    {
      name: "a migration builds an index while others write",
      edits: [
        {
          file: "migrations/schema/20270101000000_by_source.sql",
          put: "-- migrate:up\nCREATE INDEX events_by_source ON events (source);\n\n-- migrate:down\nDROP INDEX events_by_source;\n",
        },
      ],
      settings: { "rung:image": image },
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "migration" }],
    },
    {
      name: "the provider of AWS is a minor version newer",
      edits: [{ file: "package.json", find: '"@pulumi/aws": "7.', put: '"@pulumi/aws": "7.1' }],
      verdict: "REVIEW",
      findings: [{ rank: "rest", rule: "provider-version", cause: "package.json" }],
    },
    {
      name: "the budget is halved under what the stack costs",
      settings: { "rung:budgetUsd": "100" },
      verdict: "REVIEW",
      findings: [{ rank: "cost", rule: "over-budget" }],
    },
    {
      name: "a setting is mistyped",
      settings: { "rung:size": "huge" },
      verdict: "BLOCK",
      findings: [{ rank: "downtime", rule: "does-not-plan" }],
    },
    {
      name: "the stack moves to another stage in place",
      settings: { "rung:stage": "hetzner-coolify", "rung:region": "fsn1" },
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "stage-changed", cause: "Pulumi.prod.yaml" }],
    },
  ],
};
