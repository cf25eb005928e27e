import { describe, expect, test } from "vitest";
import spec from "../../../../app/spec.ts";
import { localBlueprint } from "../../../../components/local/blueprint.ts";
import { candidatesFor } from "../../../../operations/drift/candidates.ts";

const settings = {
  "rung:stage": "aws-ecs",
  "rung:size": "small",
  "rung:budgetUsd": "500",
  "rung:owner": "platform@example.com",
  "rung:adminCidrs": '["203.0.113.0/24","198.51.100.0/24"]',
  "rung:githubRepository": "example/pulse",
};
const digest = (digit: string) => `ghcr.io/example/pulse@sha256:${digit.repeat(64)}`;

interface Changed {
  readonly name?: string;
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
  readonly secret?: boolean;
}

function tried({ name = "some", path, from, to, secret = false }: Changed, now: Record<string, string> = {}) {
  const property = { path, from, to, secret, replaces: false };
  const found = candidatesFor(
    { name, operation: "update", properties: [property] },
    { ...settings, ...now },
    spec,
    { small: localBlueprint(spec, "small"), medium: localBlueprint(spec, "medium") },
  );
  return found.map(({ key, to: value }) => `${key} = ${JSON.stringify(value)}`);
}

/** As the engine tells of each, by stage; what is tried for it. */
const cases: readonly (readonly [string, Changed, string, Record<string, string>?])[] = [
  ["a budget", { path: "limitAmount", from: "500", to: "900" }, "rung:budgetUsd = 900"],
  ["a tag", { path: "tags.owner", from: "platform@example.com", to: "ops" }, 'rung:owner = "ops"'],
  [
    "the protection of a database",
    { path: "deletionProtection", from: "true", to: "false" },
    "rung:protect = false",
  ],
  [
    "an address that may administer",
    { path: "rules[0].sourceIps", from: '["203.0.113.0/24"]', to: '["192.0.2.0/24"]' },
    'rung:adminCidrs = ["198.51.100.0/24","192.0.2.0/24"]',
  ],
  [
    "one more of them",
    { path: "rules[0].sourceIps", from: "[]", to: '["192.0.2.0/24"]' },
    'rung:adminCidrs = ["203.0.113.0/24","198.51.100.0/24","192.0.2.0/24"]',
  ],
  [
    "one less",
    { path: "rules[0].sourceIps", from: '["198.51.100.0/24"]', to: "[]" },
    'rung:adminCidrs = ["203.0.113.0/24"]',
  ],
  [
    "who deploys",
    {
      path: "assumeRolePolicy.Statement[0].Condition.StringLike.sub",
      from: "repo:example/pulse:*",
      to: "repo:example/other:*",
    },
    'rung:githubRepository = "example/other"',
  ],
  ["a port of the edge", { path: "ports[0].external", from: "8443", to: "9443" }, "rung:httpsPort = 9443"],
  [
    "the image",
    { path: "containerDefinitions[0].image", from: digest("1"), to: digest("2") },
    `rung:image = "${digest("2")}"`,
    { "rung:image": digest("1") },
  ],
  [
    "a limit of the firewall, that counts five minutes",
    { path: "rules[0].statement.rateBasedStatement.limit", from: "3000", to: "4500" },
    "rung:rateLimitPerMinute = 900",
  ],
  [
    "the same in the spec",
    { path: "rules[0].statement.rateBasedStatement.limit", from: "3000", to: "4500" },
    "auth.rateLimitPerMinute = 900",
  ],
  [
    "a path of health",
    { path: "healthCheck.path", from: "/api/ready", to: "/api/go" },
    'container.health.ready = "/api/go"',
  ],
  [
    "a job's hour at AWS",
    { name: "job-cleanup", path: "scheduleExpression", from: "cron(0 2 * * ? *)", to: "cron(30 3 * * ? *)" },
    'jobs.cleanup.schedule = "30 3 * * *"',
  ],
  [
    "a job's hour elsewhere",
    { name: "job-metrics", path: "spec.schedule", from: "0 */6 * * *", to: "0 */3 * * *" },
    'jobs.metrics.schedule = "0 */3 * * *"',
  ],
  [
    "a job's path",
    {
      name: "job-cleanup",
      path: "target.input.containerOverrides[0].command",
      from: '["/api/cron/cleanup"]',
      to: '["/api/cron/tidy"]',
    },
    'jobs.cleanup.path = "/api/cron/tidy"',
  ],
  [
    "versions of a bucket",
    { name: "storage-uploads", path: "versioningConfiguration.status", from: "Enabled", to: "Suspended" },
    "storage.buckets.uploads.versioned = false",
  ],
  [
    "how long a bucket keeps",
    { name: "storage-uploads", path: "rules[0].expiration", to: '{"days":30}' },
    "storage.buckets.uploads.expireDays = 30",
  ],
  [
    "what a full cache does",
    { path: "parameters[0].value", from: "allkeys-lru", to: "noeviction" },
    'cache.policy = "keep"',
  ],
  ["the same at Upstash", { path: "eviction", from: "true", to: "false" }, 'cache.policy = "keep"'],
  [
    "how long an edge keeps",
    { path: "rules[0].actionParameters.edgeTtl.default", from: "3600", to: "600" },
    "cdn.maxAgeSeconds = 600",
  ],
  [
    "a variable of a container",
    { path: "envs", from: '["CDN_MAX_AGE=3600"]', to: '["CDN_MAX_AGE=600"]' },
    "cdn.maxAgeSeconds = 600",
  ],
  ["a threshold in milliseconds", { path: "threshold", from: "1000", to: "2000" }, "alerts.p95Seconds = 2"],
  [
    "how long a platform waits for the end",
    { path: "stopTimeout", from: "18", to: "25" },
    "container.drainSeconds = 10",
  ],
  ["a version of the database", { path: "engineVersion", from: "17", to: "16" }, "database.version = 16"],
  ["a size's own value", { path: "memory", from: "96", to: "192" }, 'rung:size = "medium"'],
];

describe("what is tried", () => {
  for (const [what, changed, expected, now] of cases)
    test(what, () => {
      expect(tried(changed, now)).toContain(expected);
    });
});

test("the stack's own setting is tried before the spec, which is every stack's", () => {
  const all = tried({ path: "rateLimit", from: "600", to: "900" });
  expect(all.indexOf("rung:rateLimitPerMinute = 900")).toBeLessThan(
    all.indexOf("auth.rateLimitPerMinute = 900"),
  );
});

test("a job of another name is not this one's", () => {
  const all = tried({ name: "job-metrics", path: "x", from: "cron(0 2 * * ? *)", to: "cron(30 3 * * ? *)" });
  expect(all).toEqual([]);
});

test("of a job that is gone the spec may say nothing more; what holds data stays in the spec", () => {
  const gone = (name: string) =>
    candidatesFor({ name, operation: "delete", properties: [] }, settings, spec, {}).map(({ key, to }) => [
      key,
      to,
    ]);
  expect(gone("job-cleanup")).toEqual([["jobs.cleanup", undefined]]);
  for (const name of ["database", "storage-uploads", "cache", "edge"]) expect(gone(name)).toEqual([]);
});

test("no secret, nothing that was cut off, and nothing that a review hides is ever tried", () => {
  const owner = (more: Partial<Changed>) => tried({ path: "tags.owner", from: "a", to: "b", ...more });
  expect(owner({})).toEqual(['rung:owner = "b"']);
  expect(owner({ secret: true })).toEqual([]);
  expect(owner({ to: "[secret]" })).toEqual([]);
  expect(owner({ to: `${"x".repeat(40)}…` })).toEqual([]);
  expect(tried({ path: "password", from: "3600", to: "600" })).toEqual([]);
});
