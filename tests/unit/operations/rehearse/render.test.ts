import { expect, test } from "vitest";
import { renderRehearsal } from "../../../../operations/rehearse/render.ts";
import type { RehearsalResult } from "../../../../operations/rehearse/result.ts";

const none = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
const result: RehearsalResult = {
  stage: "aws-ecs",
  from: "small",
  to: "medium",
  ok: false,
  seconds: 21.4,
  resources: 96,
  standIns: ["aws 7.48.0", "random 4.21.2"],
  steps: [
    { step: "up", seconds: 6.2, counts: { ...none, create: 96 }, changes: [], problems: [] },
    {
      step: "resize",
      seconds: 5,
      counts: { ...none, update: 1, same: 95 },
      changes: [
        {
          type: "aws:rds/instance:Instance",
          name: "database",
          operation: "replace",
          paths: ["instanceClass", "storageEncrypted", "kmsKeyId", "performanceInsightsRetentionPeriod"],
          replacedBy: ["storageEncrypted"],
        },
      ],
      problems: [],
    },
    {
      step: "destroy",
      seconds: 2,
      counts: none,
      changes: [],
      problems: ["left behind: database in the state"],
    },
  ],
};

test("a rehearsal fits 80 columns, names its stand-ins, and marks what replaces", () => {
  const text = renderRehearsal(result);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toContain("FAILED");
  expect(text).toContain("no account was reached: aws 7.48.0, random 4.21.2");
  expect(text).toContain("+- aws:rds:Instance database");
  expect(text).toContain("storageEncrypted (replaces)");
  expect(text).toContain("! left behind: database in the state");
});
