import type { Group } from "../case.ts";

const stage = "components/local";
const own = (file: string, find: string, put: string) => [{ file: `${stage}/${file}`, find, put }];
const settings = "Pulumi.prod.yaml";

/** Containers on one machine. */
export const local: Group = {
  base: { stage: "local", size: "small" },
  cases: [
    {
      name: "the stack on this machine becomes medium",
      settings: { "rung:size": "medium" },
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "restart", resource: "database", cause: settings }],
    },
    {
      name: "the database's volume gets another logical name",
      edits: own(
        "database.ts",
        'volume(local, "database-data", "data")',
        'volume(local, "database-files", "data")',
      ),
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "store-renamed",
          resource: "database-data",
          cause: `${stage}/database.ts`,
        },
      ],
    },
    {
      name: "volumes are named otherwise at Docker",
      edits: own(
        "network.ts",
        "{ name: nameOf(context, name), labels: labels(context, name.",
        "{ name: nameOf(context, name.concat('-volume')), labels: labels(context, name.",
      ),
      verdict: "BLOCK",
      findings: [
        {
          rank: "data loss",
          rule: "store-replaced",
          resource: "database-data",
          path: "name",
          cause: `${stage}/network.ts`,
        },
      ],
    },
    {
      name: "the edge listens on all addresses of the machine",
      edits: own("container.ts", 'ip: "127.0.0.1"', 'ip: "0.0.0.0"'),
      verdict: "BLOCK",
      findings: [
        { rank: "downtime", rule: "restart", resource: "edge", cause: `${stage}/container.ts` },
        { rank: "exposure", rule: "open-to-the-world", resource: "edge", cause: `${stage}/container.ts` },
      ],
    },
    {
      name: "the containers' root can be written",
      edits: own("container.ts", "    readOnly: true,", "    readOnly: false,"),
      verdict: "BLOCK",
      findings: [
        { rank: "downtime", rule: "restart", resource: "database", cause: `${stage}/container.ts` },
        { rank: "rest", rule: "policy:rung/docker-hardened", resource: "edge" },

        { rank: "exposure", rule: "container-hardening", path: "readOnly", cause: `${stage}/container.ts` },
      ],
    },
    {
      name: "containers keep their capabilities",
      edits: own("container.ts", '    capabilities: { drops: ["ALL"] },\n', ""),
      verdict: "BLOCK",
      findings: [
        { rank: "downtime", rule: "restart", resource: "database", cause: `${stage}/container.ts` },
        { rank: "rest", rule: "policy:rung/docker-hardened", resource: "edge" },
        { rank: "exposure", rule: "container-hardening", cause: `${stage}/container.ts` },
      ],
    },
    {
      name: "another port on this machine",
      settings: { "rung:httpsPort": "9443" },
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "restart", resource: "edge", cause: settings }],
    },
    {
      name: "backups are kept for fewer days on this machine",
      edits: own("blueprint.ts", "retentionDays: 14", "retentionDays: 2"),
      verdict: "REVIEW",
      findings: [{ rank: "data loss", rule: "promise-weakened", cause: `${stage}/blueprint.ts` }],
    },
    {
      name: "one container of the app instead of two",
      edits: own(
        "sizes.ts",
        "small: {\n    app: { replicas: 2, memoryMb: 256",
        "small: {\n    app: { replicas: 1, memoryMb: 256",
      ),
      verdict: "REVIEW",
      findings: [
        { rank: "downtime", rule: "serving-deleted", resource: "app-2", cause: `${stage}/sizes.ts` },
      ],
    },
    {
      name: "the cache's password becomes longer",
      edits: own("secrets.ts", "cache: 32", "cache: 40"),
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "protected" }],
    },
    {
      name: "the private network is named otherwise",
      edits: own("network.ts", 'nameOf(context, "private")', 'nameOf(context, "inside")'),
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "replaced", resource: "network", cause: `${stage}/network.ts` }],
    },
    {
      name: "the app no longer needs a database on this machine",
      edits: [
        {
          file: "app/spec.ts",
          find: '  database: { extensions: ["pg_trgm"], compatibleWith: ["sqlite"], expectedGb: 2 },\n',
          put: "",
        },
      ],
      verdict: "BLOCK",
      findings: [
        { rank: "data loss", rule: "store-deleted", resource: "database-data", cause: "app/spec.ts" },
      ],
    },
    {
      name: "another image of the app on this machine",
      settings: { "rung:image": `sha256:${"9b1c".repeat(16)}` },
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "a job comes more often",
      edits: [{ file: "app/spec.ts", find: 'schedule: "0 */6 * * *"', put: 'schedule: "0 */3 * * *"' }],
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "restart", resource: "jobs", cause: "app/spec.ts" }],
    },
  ],
};
