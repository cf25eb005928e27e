import type { Group } from "../case.ts";

const database = "components/aws-ecs/database.ts";
const sizes = "components/aws-ecs/sizes.ts";
const bucket = "components/aws/bucket.ts";
const small = (find: string, put: string) => ({
  file: sizes,
  find: `small: {\n    app: { cpu: 256, memoryMb: 512, minTasks: 2, maxTasks: 4 },\n    database: {\n      class: "db.t4g.micro",\n      storageGb: 20,\n      maxStorageGb: 100,\n      multiAz: false,\n      replicas: 0,\n      proxy: false,\n      retentionDays: 7,`,
  put: `small: {\n    app: { cpu: 256, memoryMb: 512, minTasks: 2, maxTasks: 4 },\n    database: {\n      class: "db.t4g.micro",\n      storageGb: 20,\n      maxStorageGb: 100,\n      multiAz: false,\n      replicas: 0,\n      proxy: false,\n      retentionDays: 7,`.replace(
    find,
    put,
  ),
});

/** What holds data on AWS. */
export const awsData: Group = {
  base: { stage: "aws-ecs", size: "small" },
  cases: [
    {
      name: "the database's disk is made smaller",
      edits: [small("storageGb: 20", "storageGb: 10")],
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "storage-shrunk",
          resource: "database",
          path: "allocatedStorage",
          cause: sizes,
        },
      ],
    },
    {
      name: "the database's disk is made bigger",
      edits: [small("storageGb: 20", "storageGb: 21")],
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "the database's subnet group is renamed",
      edits: [
        { file: database, find: 'name: named(ecs, "database", 200)', put: 'name: named(ecs, "data", 200)' },
      ],
      verdict: "BLOCK",
      findings: [
        {
          rank: "downtime",
          rule: "subnet-group-moved",
          resource: "database",
          path: "dbSubnetGroupName",
          cause: database,
        },
      ],
    },
    {
      name: "the database gets another logical name",
      edits: [
        {
          file: database,
          find: 'const primary = new rds.Instance(\n    "database",',
          put: 'const primary = new rds.Instance(\n    "primary",',
        },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-renamed", resource: "database", cause: database }],
    },
    {
      name: "the database gets another logical name, with an alias",
      edits: [
        {
          file: database,
          find: 'const primary = new rds.Instance(\n    "database",',
          put: 'const primary = new rds.Instance(\n    "primary",',
        },
        {
          file: database,
          find: "    kept(ecs),\n  );\n  for (let index",
          put: '    { ...kept(ecs), aliases: [{ name: "database" }] },\n  );\n  for (let index',
        },
      ],
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "encryption at rest is turned off",
      edits: [
        {
          file: database,
          find: "storageEncrypted: true,\n      kmsKeyId",
          put: "storageEncrypted: false,\n      kmsKeyId",
        },
      ],
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "store-replaced",
          resource: "database",
          path: "storageEncrypted",
          cause: database,
        },
      ],
    },
    {
      name: "backups are kept for fewer days",
      edits: [small("retentionDays: 7", "retentionDays: 3")],
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "backup-weakened",
          resource: "database",
          path: "backupRetentionPeriod",
          cause: sizes,
        },
        { rank: "rest", rule: "policy:rung/rds-backups", resource: "database" },
      ],
    },
    {
      name: "backups are turned off",
      edits: [
        {
          file: database,
          find: "backupRetentionPeriod: detail.retentionDays",
          put: "backupRetentionPeriod: 0",
        },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "backup-off", resource: "database", cause: database }],
    },
    {
      name: "backups are kept for more days",
      edits: [small("retentionDays: 7", "retentionDays: 14")],
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "protection is lifted by a setting",
      settings: { "rung:protect": "false" },
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "unprotected", resource: "database", cause: "Pulumi.prod.yaml" },
        { rank: "rest", rule: "policy:rung/stores-protected", resource: "database" },
      ],
    },
    {
      name: "a bucket keeps no versions any more",
      edits: [{ file: "app/spec.ts", find: "versioned: true", put: "versioned: false" }],
      verdict: "REVIEW",
      findings: [
        { rank: "data loss", rule: "versioning-off", resource: "storage-uploads", cause: "app/spec.ts" },
      ],
    },
    {
      name: "uploads go after a month",
      edits: [{ file: "app/spec.ts", find: "versioned: true", put: "versioned: true, expireDays: 30" }],
      verdict: "REVIEW",
      findings: [
        { rank: "data loss", rule: "objects-expire", resource: "storage-uploads", cause: "app/spec.ts" },
      ],
    },
    {
      name: "a bucket is renamed in the spec",
      edits: [{ file: "app/spec.ts", find: "uploads: {", put: "attachments: {" }],
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "store-renamed", resource: "storage-uploads", cause: "app/spec.ts" },
      ],
    },
    {
      name: "a second bucket",
      edits: [
        {
          file: "app/spec.ts",
          find: "uploads: { versioned: true }",
          put: "uploads: { versioned: true }, exports: { versioned: false }",
        },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "permissions-unknown", resource: "app-task" }],
    },
    {
      name: "the bucket may be made public",
      edits: [{ file: bucket, find: "blockPublicPolicy: true", put: "blockPublicPolicy: false" }],
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "public-bucket", path: "blockPublicPolicy", cause: bucket }],
    },
    {
      name: "the app no longer needs a cache",
      edits: [
        { file: "app/spec.ts", find: '  cache: { policy: "evict" },\n', put: "" },
        { file: "app/spec.ts", find: "realtime: true", put: "realtime: false" },
      ],
      verdict: "REVIEW",
      findings: [{ rank: "data loss", rule: "cache-deleted", resource: "cache", cause: "app/spec.ts" }],
    },
    {
      name: "the app no longer needs a database",
      edits: [
        {
          file: "app/spec.ts",
          find: '  database: { extensions: ["pg_trgm"], compatibleWith: ["sqlite"], expectedGb: 2 },\n',
          put: "",
        },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-deleted", resource: "database", cause: "app/spec.ts" }],
    },
    {
      name: "PostgreSQL goes back a major version",
      edits: [
        { file: "app/spec.ts", find: "database: { extensions", put: "database: { version: 16, extensions" },
      ],
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "engine-downgraded",
          resource: "database",
          path: "engineVersion",
          cause: "app/spec.ts",
        },
      ],
    },
    {
      name: "the key that encrypts data gets another logical name",
      edits: [
        {
          file: "components/aws-ecs/index.ts",
          find: 'data: key(here, "data", account)',
          put: 'data: key(here, "store", account)',
        },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-renamed", resource: "key-data" }],
    },
    {
      name: "the vault's plan is taken away",
      edits: [
        {
          file: "components/aws-ecs/index.ts",
          find: "    if (data || Object.keys(buckets).length > 0) backup(ecs, data, Object.values(buckets));\n",
          put: "",
        },
      ],
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-deleted", resource: "vault" }],
    },
    {
      name: "buckets are no longer backed up",
      edits: [
        {
          file: "components/aws-ecs/index.ts",
          find: "backup(ecs, data, Object.values(buckets))",
          put: "backup(ecs, data, [])",
        },
      ],
      verdict: "REVIEW",
      findings: [
        {
          rank: "data loss",
          rule: "backup-weakened",
          resource: "backup",
          cause: "components/aws-ecs/index.ts",
        },
      ],
    },
  ],
};
