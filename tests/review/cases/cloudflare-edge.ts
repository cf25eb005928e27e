import type { Group } from "../case.ts";

const stage = "components/cloudflare-edge";
const own = (file: string, find: string, put: string) => [{ file: `${stage}/${file}`, find, put }];
const spec = (find: string, put: string) => [{ file: "app/spec.ts", find, put }];
const zone = "components/cloudflare/zone.ts";
const settings = "Pulumi.prod.yaml";

/** A Worker with D1, KV, R2 and a queue, as the stage makes them. */
export const workers: Group = {
  base: { stage: "cloudflare-edge", size: "medium" },
  cases: [
    {
      name: "the stage's D1 database is renamed",
      edits: own(
        "database.ts",
        'name: nameOf(here.context, "database")',
        'name: nameOf(here.context, "data")',
      ),
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "store-replaced",
          resource: "database",
          path: "name",
          cause: `${stage}/database.ts`,
        },
      ],
    },
    {
      name: "data must stay in the EU from now on",
      edits: spec(
        'objectives: { rto: "4h", rpo: "24h" },',
        'objectives: { rto: "4h", rpo: "24h" },\n  residency: ["eu"],',
      ),
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "store-replaced",
          resource: "database",
          path: "jurisdiction",
          cause: "app/spec.ts",
        },
      ],
    },
    {
      name: "the app itself gets another name",
      edits: spec('name: "pulse"', 'name: "pulsar"'),
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-replaced", resource: "database", cause: "app/spec.ts" }],
    },
    {
      name: "the KV namespace gets another logical name",
      edits: own("cache.ts", '    "cache",\n    { ...accountOf', '    "values",\n    { ...accountOf'),
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-renamed", resource: "cache", cause: `${stage}/cache.ts` }],
    },
    {
      name: "prod at the edge goes down to small",
      settings: { "rung:size": "small" },
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-deleted", resource: "jobs", cause: settings }],
    },
    {
      name: "prod at the edge becomes large",
      settings: { "rung:size": "large" },
      verdict: "REVIEW",
      findings: [{ rank: "cost", rule: "cost-more", cause: settings }],
    },
    {
      name: "exports are kept for a week instead of a month",
      edits: own(
        "sizes.ts",
        'smartPlacement: true,\n    export: { schedule: "30 1 * * *", often: "daily", keepDays: 30 }',
        'smartPlacement: true,\n    export: { schedule: "30 1 * * *", often: "daily", keepDays: 7 }',
      ),
      verdict: "REVIEW",
      findings: [
        { rank: "data loss", rule: "retention-cut", resource: "export", cause: `${stage}/sizes.ts` },
      ],
    },
    {
      name: "exports are made once a week instead of daily",
      edits: own(
        "sizes.ts",
        'smartPlacement: true,\n    export: { schedule: "30 1 * * *", often: "daily", keepDays: 30 }',
        'smartPlacement: true,\n    export: { schedule: "30 1 * * 1", often: "weekly", keepDays: 30 }',
      ),
      verdict: "REVIEW",
      findings: [
        { rank: "data loss", rule: "backup-schedule", resource: "export", cause: `${stage}/sizes.ts` },
      ],
    },
    {
      name: "exports may be deleted before their time",
      edits: own("backup.ts", "enabled: here.context.protect", "enabled: false"),
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "unprotected", resource: "export", cause: `${stage}/backup.ts` },
        { rank: "rest", rule: "policy:rung/r2-locked", resource: "export" },
      ],
    },
    {
      name: "a class of Durable Objects is left out",
      edits: own("realtime.ts", '{ LIVE: "Live", COUNTERS: "Counters" }', '{ LIVE: "Live" }'),
      verdict: "REVIEW",
      findings: [
        { rank: "data loss", rule: "durable-objects", resource: "app", cause: `${stage}/realtime.ts` },
      ],
    },
    {
      name: "the Worker is reached past the zone's firewall",
      edits: own(
        "worker.ts",
        "subdomain: { enabled: false, previewsEnabled: false }",
        "subdomain: { enabled: true, previewsEnabled: false }",
      ),
      verdict: "BLOCK",
      findings: [
        { rank: "exposure", rule: "worker-address", resource: "app", cause: `${stage}/worker.ts` },
        { rank: "rest", rule: "policy:rung/worker-own-domain", resource: "app" },
      ],
    },
    {
      name: "the Worker's calls are no longer written down",
      edits: own("worker.ts", "invocationLogs: true", "invocationLogs: false"),
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "seen-less", resource: "app", cause: `${stage}/worker.ts` }],
    },
    {
      name: "the firewall at the edge lets the inside be seen",
      edits: [{ file: zone, find: 'action: "block",\n        },', put: 'action: "log",\n        },' }],
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "firewall-changed", resource: "firewall", cause: zone }],
    },
    {
      name: "one address may ask the Worker ten times as often",
      settings: { "rung:rateLimitPerMinute": "6000" },
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "rate-limit", cause: settings }],
    },
    {
      name: "sessions last a week, and another origin may call",
      edits: spec(
        "  realtime: true,",
        '  realtime: true,\n  auth: { sessionHours: 168, corsOrigins: ["https://partner.example.org"] },',
      ),
      verdict: "REVIEW",
      findings: [
        { rank: "exposure", rule: "session-longer", cause: "app/spec.ts" },
        { rank: "exposure", rule: "cors-wider", cause: "app/spec.ts" },
      ],
    },
    {
      name: "the Worker gets another public name",
      settings: { "rung:domain": "www.example.com" },
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "name-changed", cause: settings }],
    },
    {
      name: "the export's token may do more",
      edits: own(
        "backup.ts",
        "permissionGroups: [d1Write]",
        'permissionGroups: [d1Write, { id: "e086da7e2179491d91ee5f35b3ca210a" }]',
      ),
      verdict: "REVIEW",
      findings: [
        { rank: "exposure", rule: "permissions-wider", resource: "export", cause: `${stage}/backup.ts` },
      ],
    },
    {
      name: "Workers by the runtime of another day",
      edits: own("runtime.ts", '"2026-07-01"', '"2026-10-01"'),
      verdict: "REVIEW",
      findings: [{ rank: "rest", rule: "runtime-changed", resource: "app", cause: `${stage}/runtime.ts` }],
    },
    {
      name: "the Worker's code is another",
      edits: [
        {
          file: "app/src/worker/main.ts",
          find: 'export { Live } from "./live.ts";',
          put: 'console.debug("ready");\nexport { Live } from "./live.ts";',
        },
      ],
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "a job of the Worker comes more often",
      edits: spec('schedule: "0 */6 * * *"', 'schedule: "0 */3 * * *"'),
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "a migration of D1 deletes a column",
      edits: [
        {
          file: "migrations/schema-d1/20270101000000_no_source.sql",
          put: "-- migrate:up\nALTER TABLE events DROP COLUMN source;\n\n-- migrate:down\n",
        },
      ],
      verdict: "REVIEW",
      findings: [
        {
          rank: "data loss",
          rule: "migration",
          cause: "migrations/schema-d1/20270101000000_no_source.sql",
        },
      ],
    },
    {
      name: "the provider of Cloudflare is another major version",
      edits: [{ file: "package.json", find: '"@pulumi/cloudflare": "6.', put: '"@pulumi/cloudflare": "7.' }],
      verdict: "REVIEW",
      findings: [{ rank: "rest", rule: "provider-version", cause: "package.json" }],
    },
    {
      name: "another owner of the Worker",
      settings: { "rung:owner": "platform" },
      verdict: "SAFE",
      findings: [],
    },
  ],
};
