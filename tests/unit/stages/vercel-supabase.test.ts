import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { DiagnosticsError } from "../../../components/model/diagnostics.ts";
import { defineSpec, type SpecInput } from "../../../components/model/spec.ts";
import { type Size, sizes } from "../../../components/model/words.ts";
import { cidrsOf, vercelBlueprint } from "../../../components/vercel-supabase/blueprint.ts";
import { bundle } from "../../../components/vercel-supabase/bundle.ts";
import { onceADay } from "../../../components/vercel-supabase/cron.ts";
import { authorityFile } from "../../../components/vercel-supabase/database.ts";
import { placeOf } from "../../../components/vercel-supabase/regions.ts";
import { root } from "../../support/rung.ts";

const input: SpecInput = {
  name: "pulse",
  database: { expectedGb: 2 },
  cache: {},
  storage: { buckets: { uploads: {} } },
  jobs: { metrics: { schedule: "0 */6 * * *", path: "/api/cron/metrics" } },
  alerts: { notify: ["https://hooks.example.com/pulse", "ops@example.com"] },
};
const spec = defineSpec(input);
const platform = { region: "eu-central-1" };
const plan = (size: Size, of = spec, on = platform) => vercelBlueprint(of, size, on);
const losses = (size: Size, of = spec, on = platform) => plan(size, of, on).losses.map(({ what }) => what);

test("small is the vendors' free plans: $0, and every loss of it is said, with the way out", () => {
  const { price, losses: lost, capabilities } = plan("small");
  expect(price).toEqual({ monthly: {}, parts: [], unknown: [] });
  for (const part of [/paused after a week/, /500 MB, then read-only/, /no recovery to a point in time/]) {
    expect(lost.find(({ what }) => part.test(what))?.instead).toBe("size medium");
  }
  expect(lost.some(({ what }) => what.includes("once a day") && what.includes("metrics"))).toBe(true);
  expect(lost.some(({ what }) => what.includes("256 MB, 500,000 commands"))).toBe(true);
  expect(lost.some(({ what }) => what.includes("non-commercial"))).toBe(true);
  expect(capabilities.database.limits).toContainEqual({ what: "database size", value: 0.5, unit: "GB" });
  expect(capabilities.alerts.detail.webhooks).toEqual([]);
});

test("sizes grow as the platform grows: compute, then recovery to a point in time and copies, then a bigger plan", () => {
  const of = sizes.map((size) => plan(size).capabilities);
  expect(of.map(({ database }) => database.detail.compute)).toEqual([undefined, "small", "large", "4xlarge"]);
  expect(of.map(({ database }) => database.detail.replicaRegions)).toEqual([
    [],
    [],
    ["eu-central-1"],
    ["eu-central-1", "eu-west-1"],
  ]);
  expect(of.map(({ backup }) => backup.detail.pitrDays)).toEqual([undefined, undefined, 7, 28]);
  expect(of.map(({ edge }) => edge.detail.bots)).toEqual([false, true, true, true]);
  expect(of.map(({ app }) => app.detail.memoryMb)).toEqual([2048, 2048, 2048, 4096]);
  expect(of.map(({ jobs }) => jobs.detail.crons[0]?.schedule)).toEqual([
    "0 0 * * *",
    ...Array(3).fill("0 */6 * * *"),
  ]);
  expect(of[1]?.alerts.detail.webhooks).toEqual(["https://hooks.example.com/pulse"]);
  // The pooler never lets more in than the database has room for, and grows with it.
  const pools = of.map(({ database }) => database.detail.poolSize);
  expect(pools).toEqual(pools.toSorted((a, b) => a - b));
});

test("a price is a sum of what is known, and names what is not", () => {
  const { price, capabilities } = plan("large");
  const hours = 730;
  // Pro, two machines of $0.1517 an hour, less the credits; recovery over seven days at $0.137 an hour.
  expect(capabilities.database.price.monthly.USD).toBeCloseTo(25 + 2 * hours * 0.1517 - 10, 2);
  expect(capabilities.backup.price.monthly.USD).toBeCloseTo(hours * 0.137 + (2 * 30 - 10) * 0.015, 2);
  // 20 million requests over those included at $2, 30 million calls at $0.60, 58.33 hours of CPU, less $20 of credit.
  expect(capabilities.app.price.monthly.USD).toBeCloseTo(20 + 40 + 18 + 58.333 * 0.128 - 20, 1);
  expect(price.unknown).toEqual(["memory of the instances, by how long they live"]);
});

test("a credit is no gift: who uses less of it pays the plan", () => {
  expect(plan("medium").capabilities.app.price.monthly.USD).toBe(20);
});

test("disk over what is included is paid for by the GB, on the copies, too", () => {
  const big = defineSpec({ ...input, database: { expectedGb: 108 } });
  const disk = (size: Size) =>
    plan(size, big)
      .price.parts.filter(({ what }) => /\bdisk\b/.test(what))
      .reduce((sum, { quantity }) => sum + quantity, 0);
  expect([disk("medium"), disk("large"), disk("xlarge")]).toEqual([100, 200, 300]);
  expect(losses("medium", big)).toContainEqual(expect.stringContaining("recommended for 50 GB"));
});

test("what the spec asks for beyond the promise is a loss", () => {
  const hasty = defineSpec({ ...input, objectives: { rpo: "1m", rto: "15m" }, residency: ["us"] });
  expect(losses("large", hasty)).toContainEqual(expect.stringContaining("RTO 15m, RPO 1m"));
  expect(losses("large", hasty)).toContainEqual(expect.stringContaining("eu-central-1 is not in us"));
  const kept = defineSpec({ ...input, storage: { buckets: { uploads: { versioned: true } } } });
  expect(losses("large", kept)).toContainEqual(expect.stringContaining("no versions of objects"));
});

test.each([
  ["SQLite", { engine: "sqlite" }, "cloudflare-edge"],
  ["PostgreSQL 16", { version: 16 }, "aws-ecs"],
  ["more data than any size has room for", { expectedGb: 5000 }, "aws-eks"],
] as const)("%s is refused, naming the stages that carry it", (_, database, other) => {
  const asks = defineSpec({ ...input, database: database as SpecInput["database"] });
  for (const size of sizes) {
    expect(() => plan(size, asks)).toThrow(DiagnosticsError);
    expect(() => plan(size, asks)).toThrow(new RegExp(other));
  }
});

test("a place that Supabase is not at is refused, naming those it is; copies stay in the jurisdiction", () => {
  expect(() => plan("small", spec, { region: "eu-south-1" })).toThrow(/rung:region[\s\S]*eu-central-1/);
  expect(placeOf(undefined).region).toBe("us-east-1");
  const alone = plan("xlarge", spec, { region: "sa-east-1" });
  expect(alone.capabilities.database.detail.replicaRegions).toEqual(["sa-east-1"]);
  expect(alone.losses.map(({ what }) => what)).toContainEqual(expect.stringContaining("fewer read replicas"));
});

test("the database's door: open to all and said so, or shut to all but the app's and the people's addresses", () => {
  expect(cidrsOf({})).toEqual({ open: true, cidrs: ["0.0.0.0/0", "::/0"] });
  expect(losses("medium")).toContainEqual(expect.stringContaining("open to all addresses"));
  const shut = { ...platform, egressCidrs: ["198.51.100.7/32"], adminCidrs: ["203.0.113.0/24"] };
  expect(cidrsOf(shut).cidrs).toEqual(["198.51.100.7/32", "203.0.113.0/24"]);
  expect(losses("medium", spec, shut)).not.toContainEqual(expect.stringContaining("open to all"));
});

test.each([
  ["0 2 * * *", "0 2 * * *"],
  ["0 */6 * * *", "0 0 * * *"],
  ["*/5 * * * *", "0 0 * * *"],
  ["15,45 8-18 * * 1-5", "15 8 * * 1-5"],
])("cron %s is %s where there is one run a day", (asked, given) => {
  expect(onceADay(asked)).toBe(given);
});

test("Supabase's certificate authority is the one whose fingerprint is published, and is good for years", () => {
  const authority = new X509Certificate(readFileSync(authorityFile));
  expect(authority.fingerprint256).toBe(
    "80:70:25:AD:50:D4:ED:21:9D:2C:9C:7D:29:9C:00:4F:82:4E:B0:0C:F7:F6:5A:FE:F6:07:D0:7B:72:E6:CA:FA",
  );
  expect(authority.verify(authority.publicKey)).toBe(true);
  // Replace the file before it ends.
  expect(Date.parse(authority.validTo)).toBeGreaterThan(Date.now() + 365 * 24 * 3600 * 1000);
});

test("a bundle's files are found from where the program runs, and one that is gone says what to do", async () => {
  const settings = { regions: ["fra1"], memoryMb: 2048, maxSeconds: 300, crons: [] };
  // Pulumi starts program and providers in the folder of the program's file.
  const from = join(root, "stacks");
  const made = await bundle(settings, undefined, from);
  expect(made.folder).toMatch(/^\.\.\/\.rung\/vercel\/[0-9a-f]{64}$/);
  const paths = Object.keys(made.files);
  for (const path of paths) {
    expect(existsSync(join(from, path)), path).toBe(true);
    expect(path.startsWith(`${made.folder}/.vercel/output/`), path).toBe(true);
  }
  expect(paths.some((path) => path.endsWith("functions/index.func/index.mjs"))).toBe(true);
  for (const text of Object.values(made.files)) expect(text).toMatch(/^\d+~[0-9a-f]{40}$/);
  expect((await bundle(settings, made.digest, from)).files).toEqual(made.files);
  const moved = await bundle({ ...settings, regions: ["iad1"] }, undefined, from);
  expect(moved.digest).not.toBe(made.digest);
  await expect(bundle(settings, `sha256:${"0".repeat(64)}`, from)).rejects.toThrow(/not on this machine/);
});

test("the workflow that dumps runs when the blueprint says, and is told what the stack's outputs hold", () => {
  const text = readFileSync(join(root, ".github", "workflows", "dump.yml"), "utf8");
  const workflow = parse(text) as { on: { schedule: { cron: string }[] } };
  expect(workflow.on.schedule).toEqual([{ cron: plan("small").capabilities.backup.detail.schedule }]);
  const asked = [...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name).toSorted();
  const told = readFileSync(join(root, "components", "vercel-supabase", "backup.ts"), "utf8");
  expect(asked).toEqual([...told.matchAll(/^ {2}(DUMP_\w+):/gm)].map(([, name]) => name).toSorted());
  // Whatever runs with secrets is pinned.
  for (const [, reference] of text.matchAll(/(?:uses|container): (\S+)/g)) {
    expect(reference).toMatch(/@(sha256:[0-9a-f]{64}|[0-9a-f]{40})$/);
  }
});

test("a plan knows only what the stage gives", () => {
  const { capabilities } = plan("small");
  // @ts-expect-error: Supabase chooses the zones
  expect(capabilities.database.detail.multiAz).toBeUndefined();
  // @ts-expect-error: and nobody keeps a load balancer here
  expect(capabilities.edge.detail.loadBalancer).toBeUndefined();
});
