import type { Finding, ResourceChange, Review, StackReview } from "../../../review/model.ts";

/** Reviews to render: what differs is said, the rest is plain. */

export const aFinding = (more: Partial<Finding> = {}): Finding => ({
  rank: "data loss",
  severity: "block",
  rule: "store-replaced",
  what: "database is replaced by an empty one: what it holds is gone",
  resource: {
    urn: "urn:pulumi:prod::rung::aws:rds/instance:Instance::database",
    type: "aws:rds/instance:Instance",
    name: "database",
    capability: "database",
  },
  operation: "replace",
  properties: [{ path: "storageEncrypted", from: "true", to: "false", replaces: true, secret: false }],
  cause: {
    kind: "component",
    file: "components/aws-ecs/database.ts",
    line: 85,
    change: "storageEncrypted: true → false",
    via: ["database.storageEncrypted"],
  },
  hangsOn: ["app", "backup"],
  protection: "protected by Pulumi",
  lastBackup: "2026-11-21T10:00:00Z",
  instead: "leave it as it is",
  ...more,
});

export const aChange = (more: Partial<ResourceChange> = {}): ResourceChange => ({
  urn: "urn:pulumi:prod::rung::aws:rds/instance:Instance::database",
  type: "aws:rds/instance:Instance",
  name: "database",
  capability: "database",
  operation: "replace",
  properties: [{ path: "storageEncrypted", from: "true", to: "false", replaces: true, secret: false }],
  reason: undefined,
  quiet: undefined,
  ...more,
});

export const aStack = (more: Partial<StackReview> = {}): StackReview => ({
  stack: "prod",
  stage: "aws-ecs",
  size: "medium",
  verdict: "BLOCK",
  basis: "predicted",
  base: "main (4c1f2ab), rehearsed with stand-ins",
  intents: [
    {
      subject: "database",
      change: "db.t4g.micro → db.t4g.medium",
      cause: { kind: "settings", file: "Pulumi.prod.yaml", line: 3, change: "", via: [] },
    },
  ],
  counts: { create: 0, update: 1, replace: 1, delete: 0, same: 157 },
  cost: {
    before: { USD: 28.4 },
    after: { USD: 135.23 },
    lines: [{ capability: "database", before: { USD: 20 }, after: { USD: 112 } }],
    unknown: [],
    noLongerKnown: [],
  },
  findings: [aFinding()],
  changes: [aChange()],
  graph: [
    {
      urn: "a",
      type: "aws:rds/instance:Instance",
      name: "database",
      capability: "database",
      operation: "replace",
      needs: [],
    },
    {
      urn: "b",
      type: "aws:ecs/service:Service",
      name: "app",
      capability: "app",
      operation: "same",
      needs: [0],
    },
  ],
  policies: [],
  unknowns: [],
  seconds: 5,
  ...more,
});

export const aReview = (more: Partial<Review> = {}): Review => ({
  version: 1,
  verdict: "BLOCK",
  reason: "data loss: database is replaced by an empty one (prod)",
  app: "pulse",
  base: "main (4c1f2ab)",
  head: "the working tree",
  findings: [],
  stacks: [aStack()],
  untouched: ["dev"],
  ...more,
});
