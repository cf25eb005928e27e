import { expect, test } from "vitest";
import { type Protected, routesTo } from "../../../../operations/previews/separation.ts";

const prod: Protected = {
  stack: "prod",
  file: "Pulumi.prod.yaml",
  config: {
    "rung:stage": "aws-ecs",
    "rung:domain": "pulse.example.com",
    "rung:route53ZoneId": "Z0PROD",
    "rung:cloudflareZoneId": "zone-of-prod",
    "rung:cloudflareAccountId": "account-of-prod",
    "rung:vercelTeam": "team_prod",
    "rung:supabaseOrganization": "prod-org",
    "rung:egressCidrs": ["203.0.113.7/32"],
    "rung:owner": "platform@example.com",
    "aws:region": "eu-central-1",
    "aws:allowedAccountIds": ["111122223333"],
    "aws:profile": "production",
    "aws:assumeRoles": [{ roleArn: "arn:aws:iam::111122223333:role/deploy" }],
    "vercel:apiToken": { secure: "v1:abc:def" },
    "hcloud:token": "plain-token-of-prod",
  },
};

/** What a preview that is kept apart says. */
const apart = {
  "rung:stage": "aws-ecs",
  "rung:size": "small",
  "rung:domain": "pr-42.preview.example.net",
  "rung:route53ZoneId": "Z0PREVIEW",
  "rung:owner": "platform@example.com",
  "aws:region": "eu-central-1",
  "aws:allowedAccountIds": ["444455556666"],
  "aws:profile": "previews",
};

const refused = (more: Readonly<Record<string, unknown>>, others = [prod]) =>
  routesTo({ ...apart, ...more }, "Pulumi.pr.yaml", others).map(({ where, what }) => `${where.key}: ${what}`);

test("a preview with names, accounts and credentials of its own has no way to production", () => {
  expect(refused({})).toEqual([]);
});

test.each([
  ["its domain", { "rung:domain": "pulse.example.com" }, "share cookies"],
  ["a name under it", { "rung:domain": "pr-42.pulse.example.com" }, "share cookies"],
  ["the name above it", { "rung:domain": "example.com" }, "share cookies"],
  ["its domain in capitals", { "rung:domain": "PULSE.example.com" }, "share cookies"],
  ["its zone", { "rung:route53ZoneId": "Z0PROD" }, "point its names elsewhere"],
  ["its zone at Cloudflare", { "rung:cloudflareZoneId": "zone-of-prod" }, "point its names elsewhere"],
  ["its account at Cloudflare", { "rung:cloudflareAccountId": "account-of-prod" }, "buckets"],
  ["its team at Vercel", { "rung:vercelTeam": "team_prod" }, "variables"],
  ["its organization at Supabase", { "rung:supabaseOrganization": "prod-org" }, "databases"],
  [
    "addresses that its database lets in",
    { "rung:egressCidrs": '["203.0.113.7/32"]' },
    "lets these addresses in",
  ],
  [
    "its account at AWS",
    { "aws:allowedAccountIds": ["444455556666", "111122223333"] },
    "an account of their own",
  ],
  ["any account at AWS", { "aws:allowedAccountIds": undefined }, "out of the account of prod"],
  ["its profile", { "aws:profile": "production" }, "a credential of prod"],
  ["its role", { "aws:assumeRoles": [{ roleArn: "arn:aws:iam::111122223333:role/deploy" }] }, "a credential"],
  ["its token, encrypted", { "vercel:apiToken": { secure: "v1:abc:def" } }, "a credential of prod"],
  ["its token under another key", { "hetzner:apiToken": "plain-token-of-prod" }, "a credential of prod"],
  ["a database by its address", { "app:source": "postgresql://app@10.0.0.1/pulse" }, "no store of data"],
  ["a cache by its address", { "app:cache": "rediss://10.0.0.1:6379" }, "no store of data"],
  [
    "an address of its domain's",
    { "app:api": "https://api.pulse.example.com/v1" },
    "names pulse.example.com",
  ],
])("refused: %s", (_, more, why) => {
  const found = refused(more);
  expect(found.length).toBeGreaterThan(0);
  expect(found.join("\n")).toContain(why);
});

test("where it cannot be told which account production is in, nothing is made beside it", () => {
  const { "aws:allowedAccountIds": _, ...config } = prod.config;
  const found = routesTo(apart, "Pulumi.pr.yaml", [{ ...prod, config }]);
  expect(found.map(({ where }) => where)).toEqual([
    { file: "Pulumi.prod.yaml", key: "config.aws:allowedAccountIds" },
  ]);
});

test("no value of a secret is told", () => {
  const told = JSON.stringify(routesTo({ "x:token": "plain-token-of-prod" }, "Pulumi.pr.yaml", [prod]));
  expect(told).toContain("a credential of prod");
  expect(told).not.toContain("plain-token-of-prod");
});

test("a preview on this machine beside a production elsewhere", () => {
  expect(routesTo({ "rung:stage": "local", "rung:httpsPort": 30001 }, "Pulumi.pr.yaml", [prod])).toEqual([]);
});
