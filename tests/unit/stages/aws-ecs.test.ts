import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { authorityOf } from "../../../components/aws/authority.ts";
import { named } from "../../../components/aws/here.ts";
import { copyRegionOf, mustHaveThreeZones } from "../../../components/aws/regions.ts";
import { ecsBlueprint } from "../../../components/aws-ecs/blueprint.ts";
import { awsCron } from "../../../components/aws-ecs/jobs.ts";
import { defineSpec } from "../../../components/model/spec.ts";
import { sizes } from "../../../components/model/words.ts";

const spec = defineSpec({ name: "pulse", database: {}, cache: {}, storage: { buckets: { uploads: {} } } });
const platform = { region: "eu-central-1" };
const plan = (size: (typeof sizes)[number], of = spec) => ecsBlueprint(of, size, platform);

test("sizes grow as AWS grows: a standby, then a proxy and replicas, then three NAT gateways", () => {
  const database = sizes.map((size) => plan(size).capabilities.database.detail);
  expect(database.map(({ multiAz }) => multiAz)).toEqual([false, true, true, true]);
  expect(database.map(({ proxy }) => proxy)).toEqual([false, false, true, true]);
  expect(database.map(({ replicas }) => replicas)).toEqual([0, 0, 1, 2]);
  expect(sizes.map((size) => plan(size).capabilities.network.detail.natGateways)).toEqual([1, 1, 3, 3]);
  for (const [index, size] of sizes.entries()) {
    const before = sizes[index - 1];
    if (before)
      expect(plan(size).capabilities.app.detail.maxTasks).toBeGreaterThan(
        plan(before).capabilities.app.detail.maxTasks,
      );
  }
});

test("a price is a sum of what is known, and names what is not", () => {
  const { price, capabilities } = plan("small");
  const hours = 730;
  // Two tasks of a quarter vCPU and half a GB, by the hour; one db.t4g.micro and 20 GB.
  const fargate = hours * 2 * (0.25 * 0.03238 + 0.5 * 0.00356);
  expect(capabilities.app.price.monthly.USD).toBeCloseTo(fargate, 1);
  expect(capabilities.database.price.monthly.USD).toBeCloseTo(hours * 0.016 + 20 * 0.115, 1);
  // A gateway with an address, and 0.6 GB through it; a load balancer with three, and 6 GB through it.
  expect(capabilities.network.price.monthly.USD).toBeCloseTo(hours * (0.045 + 0.005) + 0.6 * 0.045, 1);
  expect(capabilities.edge.price.monthly.USD).toBeCloseTo(hours * (0.0225 + 3 * 0.005) + 6 * 0.008, 1);
  expect(price.unknown).toEqual([
    "the buckets, once in each vault",
    "Container Insights, by what it measures",
  ]);
});

test("a proxy is billed by the cores of the database behind it", () => {
  const proxy = (size: (typeof sizes)[number]) =>
    plan(size).price.parts.find(({ what }) => what === "RDS Proxy")?.quantity;
  expect(sizes.map(proxy)).toEqual([undefined, undefined, 2 * 730, 4 * 730]);
});

test("what cannot be promised is a loss, with the way out", () => {
  const hasty = defineSpec({
    name: "pulse",
    database: {},
    objectives: { rto: "15m", rpo: "1m" },
    residency: ["us"],
  });
  const losses = plan("small", hasty).losses;
  expect(losses.some(({ what }) => what.includes("RTO 15m, RPO 1m"))).toBe(true);
  expect(losses.some(({ what }) => what.includes("eu-central-1 is not in us"))).toBe(true);
  expect(losses.some(({ what }) => what.startsWith("one zone"))).toBe(true);
  expect(plan("large").losses).toEqual([]);
});

test.each([
  ["0 2 * * *", "0 2 * * ? *"],
  ["0 */6 * * *", "0 */6 * * ? *"],
  ["30 1 * * 0", "30 1 ? * 1 *"],
  ["30 1 * * 1-5", "30 1 ? * 2-6 *"],
  ["15 4 1 * *", "15 4 1 * ? *"],
])("cron %s is %s at AWS", (cron, aws) => {
  expect(awsCron(cron)).toBe(aws);
});

test("names keep to AWS's limits and stay apart", () => {
  const aws = (stack: string) =>
    // only names are asked of it
    ({ context: { spec: { name: "a-rather-long-name-of-an-app" }, stack } }) as never;
  const [one, other] = [named(aws("feature-one"), "edge", 32), named(aws("feature-two"), "edge", 32)];
  expect(one.length).toBeLessThanOrEqual(32);
  expect(one).not.toBe(other);
  expect(one).toMatch(/^[a-z0-9-]*[a-z0-9]$/);
  expect(named(aws("x"), "edge", 64)).toBe("a-rather-long-name-of-an-app-x-edge");
});

test("copies of backups stay in their jurisdiction", () => {
  expect(copyRegionOf("eu-central-1")).toMatch(/^eu-/);
  expect(copyRegionOf("us-east-1")).toBe("us-west-2");
  expect(copyRegionOf("ap-southeast-1")).toMatch(/^ap-/);
});

test("a plan knows only what the stage gives", () => {
  const { capabilities } = plan("small");
  expect(capabilities.dns.product).toContain("Route 53");
  // @ts-expect-error: RDS has no setting for shared buffers here
  expect(capabilities.database.detail.sharedBuffersMb).toBeUndefined();
});

test("a region without three zones that we know of is refused, by its key", () => {
  expect(() => mustHaveThreeZones("us-west-1", "config.rung:region")).toThrow(
    /config\.rung:region.*us-west-1/,
  );
  expect(() => mustHaveThreeZones("frankfurt", "config.rung:region")).toThrow(/frankfurt/);
  expect(() => mustHaveThreeZones("eu-central-1", "config.rung:region")).not.toThrow();
  expect(() => authorityOf("eu-middle-9")).toThrow(/not known/);
});

test("the database is known by the authority of its own region", () => {
  for (const region of ["eu-central-1", "us-east-1"])
    expect(new X509Certificate(authorityOf(region)).subject).toContain(
      `Amazon RDS ${region} Root CA RSA2048`,
    );
});
