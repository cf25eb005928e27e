import { expect, test } from "vitest";
import { inSpecFile } from "../../../../operations/drift/specFile.ts";

const source = `import { defineSpec } from "../components/model/spec.ts";

const retention = 30;
/** What pulse needs. */
export default defineSpec({
  name: "pulse", // never "other"
  container: { port: 3000, drainSeconds: 3 },
  cdn: { maxAgeSeconds: 3600 /* an hour */ },
  storage: { buckets: { uploads: { versioned: true, expireDays: retention } } },
  jobs: {
    // At night.
    cleanup: { schedule: "0 2 * * *", path: "/api/cron/cleanup" },
    "metrics": { schedule: '0 */6 * * *', path: "/api/cron/metrics" }, // four times a day
  },
  auth: {
    corsOrigins: ["https://a.example.com"],
    sessionHours: 24 // a day
  },
} satisfies object);
`;

const changed = (path: string, value: Parameters<typeof inSpecFile>[2], from = source) => {
  const written = inSpecFile(from, path.split("."), value);
  if ("cannot" in written) return written.cannot;
  const [before, after] = [from.split("\n"), written.text.split("\n")];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line.trim()}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
};

test("a value is written where it stands, and comments, quotes and order stay", () => {
  expect(changed("cdn.maxAgeSeconds", 600)).toEqual([
    "- cdn: { maxAgeSeconds: 3600 /* an hour */ },",
    "+ cdn: { maxAgeSeconds: 600 /* an hour */ },",
  ]);
  expect(changed("jobs.metrics.schedule", "0 */3 * * *")).toEqual([
    `- "metrics": { schedule: '0 */6 * * *', path: "/api/cron/metrics" }, // four times a day`,
    `+ "metrics": { schedule: "0 */3 * * *", path: "/api/cron/metrics" }, // four times a day`,
  ]);
  expect(changed("auth.corsOrigins", ["https://a.example.com", "https://b.example.com"])).toEqual([
    `- corsOrigins: ["https://a.example.com"],`,
    `+ corsOrigins: ["https://a.example.com", "https://b.example.com"],`,
  ]);
});

test("what has its default is added to its object: on a line of its own where the others have theirs", () => {
  expect(changed("container.health.ready", "/api/go")).toEqual([
    "- container: { port: 3000, drainSeconds: 3 },",
    '+ container: { port: 3000, drainSeconds: 3, health: { ready: "/api/go" } },',
  ]);
  expect(changed("auth.rateLimitPerMinute", 900)).toEqual([
    "- sessionHours: 24 // a day",
    "+ sessionHours: 24, // a day",
    "+ rateLimitPerMinute: 900,",
  ]);
  expect(changed("alerts.p95Seconds", 2)).toEqual(["+ alerts: { p95Seconds: 2 },"]);
  expect(changed("alerts.p95Seconds", 2, source.replaceAll("\n", "\r\n"))).toEqual([
    "+ alerts: { p95Seconds: 2 },",
  ]);
  expect(inSpecFile("export default {};", ["name"], "pulse")).toEqual({
    text: 'export default { name: "pulse" };',
  });
});

test("a key is taken out with its comma", () => {
  expect(changed("auth.corsOrigins", undefined)).toEqual([`- corsOrigins: ["https://a.example.com"],`]);
  expect(changed("container.port", undefined)).toEqual([
    "- container: { port: 3000, drainSeconds: 3 },",
    "+ container: { drainSeconds: 3 },",
  ]);
});

test("a value that is computed, or comes from elsewhere, is left to a person", () => {
  expect(changed("storage.buckets.uploads.expireDays", 7)).toBe(
    "storage.buckets.uploads.expireDays is computed",
  );
  const spread = source.replace("cdn: {", "cdn: { ...usual,");
  expect(changed("cdn.other", 7, spread)).toBe("cdn.other comes from elsewhere");
  expect(changed("cdn.other", 7, source.replace("defineSpec({", "defineSpec(made);({"))).toContain(
    "no defineSpec",
  );
  expect(changed("name", "x", "export default {")).toContain("cannot be read");
});

test("the object may be a constant that is exported below", () => {
  const named = `const spec = defineSpec({ cdn: { maxAgeSeconds: 60 } } as const);\nexport default spec;\n`;
  expect(changed("cdn.maxAgeSeconds", 5, named)).toEqual([
    "- const spec = defineSpec({ cdn: { maxAgeSeconds: 60 } } as const);",
    "+ const spec = defineSpec({ cdn: { maxAgeSeconds: 5 } } as const);",
  ]);
});
