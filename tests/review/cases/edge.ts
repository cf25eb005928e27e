import type { Group } from "../case.ts";

const program = "tests/review/programs/edge.ts";
const edit = (find: string, put: string) => [{ file: program, find, put }];

/** Cloudflare. */
export const edge: Group = {
  base: { program },
  cases: [
    {
      name: "the D1 database is renamed",
      edits: edit('{ accountId, name: "pulse-prod" }', '{ accountId, name: "pulse-production" }'),
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "store-replaced", resource: "database", path: "name", cause: program },
      ],
    },
    {
      name: "the bucket's logical name changes",
      edits: edit('R2Bucket("uploads"', 'R2Bucket("files"'),
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-renamed", resource: "uploads", cause: program }],
    },
    {
      name: "the bucket's logical name changes, with an alias",
      edits: edit(
        'R2Bucket("uploads", { accountId, name: "pulse-prod-uploads" })',
        'R2Bucket("files", { accountId, name: "pulse-prod-uploads" }, { aliases: [{ name: "uploads" }] })',
      ),
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "Cloudflare reaches the origin without TLS",
      edits: edit('ssl: "strict"', 'ssl: "flexible"'),
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "tls-off", resource: "ssl", path: "value", cause: program }],
    },
    {
      name: "the zone takes old TLS",
      edits: edit('min_tls_version: "1.2"', 'min_tls_version: "1.0"'),
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "tls-weakened", resource: "min-tls-version", cause: program }],
    },
    {
      name: "the zone takes new TLS alone",
      edits: edit('min_tls_version: "1.2"', 'min_tls_version: "1.3"'),
      verdict: "REVIEW",
      findings: [{ rank: "rest", rule: "tls-stricter", resource: "min-tls-version" }],
    },
    {
      name: "plain HTTP is no longer sent to HTTPS",
      edits: edit('always_use_https: "on"', 'always_use_https: "off"'),
      verdict: "BLOCK",
      findings: [
        { rank: "exposure", rule: "zone-setting", resource: "always-use-https", cause: program },
        { rank: "rest", rule: "policy:rung/cloudflare-tls", resource: "always-use-https" },
      ],
    },
    {
      name: "the origin's address is shown",
      edits: edit("proxied: true", "proxied: false"),
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "unproxied", resource: "public", cause: program }],
    },
    {
      name: "the firewall logs instead of blocking",
      edits: edit('action: "block"', 'action: "log"'),
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "firewall-changed", resource: "firewall", cause: program }],
    },
  ],
};
