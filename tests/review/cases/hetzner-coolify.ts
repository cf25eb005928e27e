import type { Group } from "../case.ts";

const stage = "components/hetzner-coolify";

/** A rented server with Coolify. */
export const hetzner: Group = {
  base: { stage: "hetzner-coolify", size: "small" },
  cases: [
    {
      name: "the server becomes bigger",
      settings: { "rung:size": "medium" },
      verdict: "REVIEW",
      findings: [
        {
          rank: "downtime",
          rule: "server-resized",
          resource: "control",
          path: "serverType",
          cause: "Pulumi.prod.yaml",
        },
      ],
    },
    {
      name: "the server moves to another place",
      settings: { "rung:region": "nbg1" },
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "store-replaced",
          resource: "control",
          path: "location",
          cause: "Pulumi.prod.yaml",
        },
      ],
    },
    {
      name: "PostgreSQL's major version on the same volume",
      edits: [
        { file: "app/spec.ts", find: "database: { extensions", put: "database: { version: 16, extensions" },
      ],
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "engine-upgrade-refused",
          resource: "database",
          path: "image",
          cause: "app/spec.ts",
        },
      ],
    },
    {
      name: "SSH is opened to the world",
      settings: { "rung:adminCidrs": '["203.0.113.0/24","0.0.0.0/0"]' },
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "open-to-the-world", resource: "web", cause: "Pulumi.prod.yaml" }],
    },
    {
      name: "a second office may administer",
      settings: { "rung:adminCidrs": '["203.0.113.0/24","198.51.100.0/24"]' },
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "door-opened", resource: "web", cause: "Pulumi.prod.yaml" }],
    },
    {
      name: "the server's backups are turned off",
      edits: [{ file: `${stage}/servers.ts`, find: "backups: true", put: "backups: false" }],
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "backup-off",
          resource: "control",
          path: "backups",
          cause: `${stage}/servers.ts`,
        },
      ],
    },
    {
      name: "the volume's logical name changes",
      edits: [
        {
          file: `${stage}/database.ts`,
          find: 'const volume = new hcloud.Volume(\n    "database",',
          put: 'const volume = new hcloud.Volume(\n    "database-data",',
        },
      ],
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "store-renamed", resource: "database", cause: `${stage}/database.ts` },
      ],
    },
    {
      name: "the origin is reached without a check of its certificate",
      edits: [{ file: "components/cloudflare/zone.ts", find: 'ssl: "strict"', put: 'ssl: "full"' }],
      verdict: "BLOCK",
      findings: [
        { rank: "exposure", rule: "tls-weakened", resource: "ssl", cause: "components/cloudflare/zone.ts" },
        { rank: "rest", rule: "policy:rung/cloudflare-tls", resource: "ssl" },
      ],
    },
    {
      name: "a label on everything",
      settings: { "rung:owner": "platform" },
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "a new image of the app on the server",
      settings: { "rung:image": `ghcr.io/example/pulse@sha256:${"9b1c".repeat(16)}` },
      verdict: "SAFE",
      findings: [],
    },
  ],
};
