import type { Group } from "../case.ts";

const stage = "components/vercel-supabase";
const own = (file: string, find: string, put: string) => [{ file: `${stage}/${file}`, find, put }];
const spec = (find: string, put: string) => [{ file: "app/spec.ts", find, put }];
const settings = "Pulumi.prod.yaml";

/** Functions at Vercel, data at Supabase, a cache at Upstash. */
export const vercel: Group = {
  base: {
    stage: "vercel-supabase",
    size: "large",
    settings: { "rung:egressCidrs": '["203.0.113.0/24"]' },
  },
  cases: [
    {
      name: "Supabase's project moves to another region",
      settings: { "rung:region": "eu-west-1" },
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "protected", resource: "project", cause: settings }],
    },
    {
      name: "Supabase's project gets another logical name",
      edits: own("project.ts", '    "project",\n    {', '    "data",\n    {'),
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "store-renamed", resource: "project", cause: `${stage}/project.ts` },
      ],
    },
    {
      name: "the database at Supabase is opened to the internet",
      settings: { "rung:egressCidrs": '["0.0.0.0/0"]' },
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "open-to-the-world", resource: "network", cause: settings }],
    },
    {
      name: "a second network may reach the database at Supabase",
      settings: { "rung:egressCidrs": '["203.0.113.0/24","198.51.100.0/24"]' },
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "door-opened", resource: "network", cause: settings }],
    },
    {
      name: "Supabase no longer insists on TLS",
      edits: [
        ...own(
          "database.ts",
          '  const tls = new supabase.SslEnforcement("tls", { projectRef: ref }, after(network));\n',
          "",
        ),
        ...own("database.ts", "after(tls)", "after(network)"),
      ],
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "tls-off", resource: "tls", cause: `${stage}/database.ts` }],
    },
    {
      name: "prod goes from large to medium: no recovery to a point in time any more",
      settings: { "rung:size": "medium" },
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "backup-deleted", resource: "pitr", cause: settings },
        { rank: "downtime", rule: "restart", resource: "compute", cause: settings },
      ],
    },
    {
      name: "dumps are kept for fewer days",
      edits: own("sizes.ts", "backup: { pitrDays: 7, dumps: 30 }", "backup: { pitrDays: 7, dumps: 3 }"),
      verdict: "REVIEW",
      findings: [{ rank: "data loss", rule: "promise-weakened", cause: `${stage}/sizes.ts` }],
    },
    {
      name: "the bucket at Supabase is named otherwise",
      edits: own(
        "storage.ts",
        "name: nameOf(here.context, name)",
        "name: nameOf(here.context, name.concat('-v2'))",
      ),
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "store-replaced",
          resource: "storage-uploads",
          path: "name",
          cause: `${stage}/storage.ts`,
        },
      ],
    },
    {
      name: "the read replica goes",
      edits: own(
        "sizes.ts",
        "gb: 200, poolSize: 40, clients: 800, replicas: 1",
        "gb: 200, poolSize: 40, clients: 800, replicas: 0",
      ),
      verdict: "REVIEW",
      findings: [
        {
          rank: "downtime",
          rule: "serving-deleted",
          resource: "replica-eu-central-1",
          cause: `${stage}/sizes.ts`,
        },
      ],
    },
    {
      name: "the database's machine becomes bigger",
      edits: own("sizes.ts", 'compute: "large", gb: 200', 'compute: "xlarge", gb: 200'),
      verdict: "REVIEW",
      findings: [
        { rank: "downtime", rule: "restart", resource: "compute", path: "size", cause: `${stage}/sizes.ts` },
        // No price of this machine is known to us: a sum without it would say that it costs less.
        { rank: "cost", rule: "cost-unknown", cause: `${stage}/sizes.ts` },
      ],
    },
    {
      name: "single deployments are shown to anybody",
      edits: own("app.ts", '"standard_protection_new"', '"none"'),
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "project-access", resource: "app", cause: `${stage}/app.ts` }],
    },
    {
      name: "the deployments' source is public",
      edits: own("app.ts", "publicSource: false", "publicSource: true"),
      verdict: "BLOCK",
      findings: [
        {
          rank: "exposure",
          rule: "project-access",
          resource: "app",
          path: "publicSource",
          cause: `${stage}/app.ts`,
        },
        { rank: "rest", rule: "policy:rung/vercel-forks-apart", resource: "app" },
      ],
    },
    {
      name: "Vercel's firewall is switched off",
      edits: own("edge.ts", "      enabled: true,", "      enabled: false,"),
      verdict: "BLOCK",
      findings: [
        { rank: "exposure", rule: "firewall-changed", resource: "edge", cause: `${stage}/edge.ts` },
        { rank: "rest", rule: "policy:rung/vercel-firewall-on", resource: "edge" },
      ],
    },
    {
      name: "one address may ask ten times as often",
      settings: { "rung:rateLimitPerMinute": "6000" },
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "firewall-changed", resource: "edge", cause: settings }],
    },
    {
      name: "the cache at Upstash takes connections without TLS",
      edits: own("cache.ts", "tls: true", "tls: false"),
      verdict: "BLOCK",
      findings: [
        { rank: "exposure", rule: "tls-off", resource: "cache", path: "tls", cause: `${stage}/cache.ts` },
      ],
    },
    {
      name: "the cache keeps what it has, and refuses more",
      edits: spec('policy: "evict"', 'policy: "keep"'),
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "cache-policy", resource: "cache", cause: "app/spec.ts" }],
    },
    {
      name: "the sessions' secret is made anew",
      edits: own("secrets.ts", 'password("auth", 64)', 'password("auth", 65)'),
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "protected" }],
    },
    {
      name: "a third job at Vercel",
      edits: spec(
        '    cleanup: { schedule: "0 2 * * *", path: "/api/cron/cleanup" },',
        '    cleanup: { schedule: "0 2 * * *", path: "/api/cron/cleanup" },\n    tidy: { schedule: "0 4 * * *", path: "/api/cron/tidy" },',
      ),
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "a rollout at Vercel may take longer",
      settings: { "rung:healthTimeout": "3m" },
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "prod at Vercel gets another public name",
      settings: { "rung:domain": "www.example.com" },
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "name-changed", resource: "public", cause: settings }],
    },
    {
      name: "functions are given a minute instead of five",
      edits: own(
        "sizes.ts",
        'app: { memoryMb: 2048, cpu: "standard", maxSeconds: 300, poolMax: 5 },\n    database: { compute: "large"',
        'app: { memoryMb: 2048, cpu: "standard", maxSeconds: 60, poolMax: 5 },\n    database: { compute: "large"',
      ),
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "less-room", resource: "app", cause: `${stage}/sizes.ts` }],
    },
  ],
};
