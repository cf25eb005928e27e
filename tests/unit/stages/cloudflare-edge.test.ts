import { expect, test } from "vitest";
import { edgeBlueprint } from "../../../components/cloudflare-edge/blueprint.ts";
import { cloudflareCron, triggersOf } from "../../../components/cloudflare-edge/crons.ts";
import { demandFits } from "../../../components/cloudflare-edge/limits.ts";
import { edgeSizes, requestCpuMs } from "../../../components/cloudflare-edge/sizes.ts";
import { DiagnosticsError } from "../../../components/model/diagnostics.ts";
import { defineSpec, type SpecInput } from "../../../components/model/spec.ts";
import { type Size, sizes } from "../../../components/model/words.ts";

const input: SpecInput = {
  name: "pulse",
  database: { compatibleWith: ["sqlite"] },
  cache: {},
  storage: { buckets: { uploads: {} } },
  jobs: { cleanup: { schedule: "0 2 * * *", path: "/api/cron/cleanup" } },
};
const plan = (size: Size, more: Partial<SpecInput> = {}, region?: string) =>
  edgeBlueprint(defineSpec({ ...input, ...more }), size, region === undefined ? {} : { region });

function refused(size: Size, more: Partial<SpecInput>, region?: string) {
  try {
    plan(size, more, region);
  } catch (error) {
    if (error instanceof DiagnosticsError) return error.diagnostics;
    throw error;
  }
  throw new Error("it was carried");
}

test("sizes grow as Cloudflare grows: the paid plan and a queue, then copies of the database and Pro's rules", () => {
  const plans = sizes.map((size) => plan(size).capabilities);
  expect(plans.map(({ app }) => app.detail.workers)).toEqual(["free", "paid", "paid", "paid"]);
  expect(plans.map(({ jobs }) => jobs.detail.queue)).toEqual([false, true, true, true]);
  expect(plans.map(({ database }) => database.detail.replicas)).toEqual([false, false, true, true]);
  expect(plans.map(({ cdn }) => cdn.detail.managedRules)).toEqual([false, false, true, true]);
  expect(plans.map(({ backup }) => backup.detail.keepDays)).toEqual([7, 30, 60, 90]);
});

test("the free plan is $0, and says where it stops", () => {
  const { price, losses, capabilities } = plan("small", {
    database: { compatibleWith: ["sqlite"], expectedGb: 2 },
  });
  expect(price).toMatchObject({ monthly: {}, unknown: [] });
  const what = losses.map((loss) => loss.what).join("\n");
  expect(what).toContain("100,000 requests a day");
  expect(what).toContain("0.5 GB on the free plan, where 2 are expected");
  expect(capabilities.app.limits).toContainEqual({ what: "requests a day", value: 100_000 });
});

test("a price is what is used beyond what is included, each part with its source and date", () => {
  const { price, capabilities } = plan("large", { database: { compatibleWith: ["sqlite"], expectedGb: 8 } });
  const { usage } = edgeSizes.large;
  const requests = (usage.requests - 10) * 0.3;
  const cpu = (usage.requests * requestCpuMs - 30) * 0.02;
  expect(capabilities.app.price.monthly.USD).toBeCloseTo(5 + requests + cpu, 2);
  // 5 GB are included; rows are not beyond it.
  expect(capabilities.database.price.monthly.USD).toBeCloseTo(3 * 0.75, 2);
  expect(capabilities.cdn.price.monthly.USD).toBe(25);
  expect(price.unknown).toEqual([]);
  for (const { source, date } of price.parts) {
    expect(source).toMatch(/cloudflare\.com\//);
    expect(date).toMatch(/^2026-/);
  }
});

test("an app whose SQL is PostgreSQL's alone is refused, naming the stages that carry it", () => {
  const [problem, ...others] = refused("small", { database: {} });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    where: { file: "app/spec.ts", key: "database.compatibleWith" },
    allowed: expect.stringContaining("aws-ecs"),
  });
  expect(() => plan("small", { database: { engine: "sqlite" } })).not.toThrow();
});

test("everything that cannot be carried is said at once", () => {
  const problems = refused("small", { database: { expectedGb: 11 }, residency: ["uk"] }, "fsn1");
  expect(problems.map(({ where }) => where.key)).toEqual([
    "database.compatibleWith",
    "database.expectedGb",
    "residency",
    "config.rung:region",
  ]);
  expect(problems.at(-1)?.allowed).toContain("weur");
});

test("more triggers than the free plan has are carried by the next size, which the error names", () => {
  const jobs = Object.fromEntries(
    ["one", "two", "six", "ten", "ace"].map((name, hour) => [
      name,
      { schedule: `0 ${hour} * * *`, path: `/api/cron/${name}` },
    ]),
  );
  const [problem] = refused("small", { jobs });
  // Five of the jobs and one of the export.
  expect(problem?.what).toContain("need 6");
  expect(problem?.allowed).toContain("size medium, large, xlarge");
  expect(() => plan("medium", { jobs })).not.toThrow();
});

test("code that the plan does not take is refused before it is uploaded, naming the sizes that take it", () => {
  expect(() => demandFits(2_900_000, "small")).not.toThrow();
  expect(() => demandFits(3_100_000, "small")).toThrow(
    /found {4}3\.1 MB\n {2}allowed {2}size medium, large, xlarge/,
  );
  expect(() => demandFits(10_100_000, "xlarge")).toThrow(/allowed {2}stages: local/);
});

test("a database that outgrows one export is a loss", () => {
  const losses = (expectedGb: number) =>
    plan("medium", { database: { compatibleWith: ["sqlite"], expectedGb } }).losses.map(({ what }) => what);
  expect(losses(6).some((what) => what.includes("at most 5 GB"))).toBe(true);
  expect(losses(4).some((what) => what.includes("at most 5 GB"))).toBe(false);
});

test("data that must stay in the EU is promised to, whatever the region asked for", () => {
  const { capabilities } = plan("medium", { residency: ["eu"] }, "enam");
  expect(capabilities.database.detail.jurisdiction).toBe("eu");
  expect(capabilities.storage.detail.jurisdiction).toBe("eu");
  expect(capabilities.database.region).toBe("eu");
  expect(plan("medium", {}, "enam").capabilities.database.detail).toMatchObject({
    jurisdiction: undefined,
    location: "enam",
  });
});

test("a recovery that is asked for and not given is a loss", () => {
  const losses = plan("medium", { objectives: { rto: "5m", rpo: "30s" } }).losses;
  expect(losses.some(({ what }) => what.includes("RTO 5m, RPO 30s"))).toBe(true);
  expect(plan("medium").losses.some(({ what }) => what.includes("RTO"))).toBe(false);
});

test.each([
  ["0 2 * * *", "0 2 * * *"],
  ["30 1 * * 0", "30 1 * * sun"],
  ["30 1 * * 7", "30 1 * * sun"],
  ["30 1 * * 1-5", "30 1 * * mon,tue,wed,thu,fri"],
  ["30 1 * * */2", "30 1 * * sun,tue,thu,sat"],
  ["30 1 * * 5/1", "30 1 * * fri,sat"],
  ["0 4 1 * 1,3", "0 4 1 * mon,wed"],
])("cron %s is %s at Cloudflare, whose week begins at 1", (cron, ours) => {
  expect(cloudflareCron(cron)).toBe(ours);
});

test("jobs with one schedule share a trigger", () => {
  const triggers = triggersOf({
    b: { schedule: "0 2 * * 0", path: "/b" },
    a: { schedule: "0 2 * * 7", path: "/a" },
    c: { schedule: "0 3 * * *", path: "/c" },
  });
  expect(triggers).toEqual({ "0 2 * * sun": ["/a", "/b"], "0 3 * * *": ["/c"] });
});

test("a plan knows only what the stage gives", () => {
  const { capabilities } = plan("small");
  expect(capabilities.database.product).toContain("D1");
  // @ts-expect-error: Workers have no network of their own
  expect(capabilities.network).toBeUndefined();
  // @ts-expect-error: nobody counts a D1's processors
  expect(capabilities.database.detail.cpus).toBeUndefined();
});
