import { expect, test } from "vitest";
import { eksBlueprint } from "../../../components/aws-eks/blueprint.ts";
import { podOf } from "../../../components/aws-eks/pods.ts";
import { cidrOf, dataCidrOf, privateCidrOf, publicCidrOf } from "../../../components/aws-eks/regions.ts";
import { eksSizes } from "../../../components/aws-eks/sizes.ts";
import { DiagnosticsError } from "../../../components/model/diagnostics.ts";
import type { Platform } from "../../../components/model/platform.ts";
import { beyondRestricted } from "../../../components/model/podSecurity.ts";
import { defineSpec } from "../../../components/model/spec.ts";
import type { Size } from "../../../components/model/words.ts";

const spec = defineSpec({ name: "pulse", database: {}, cache: {}, storage: { buckets: { uploads: {} } } });
const two: Platform = { regions: ["eu-central-1", "eu-west-1"] };
const plan = (size: Size, platform = two, of = spec) => eksBlueprint(of, size, platform);
const carried = ["medium", "large", "xlarge"] as const;

test("sizes grow as EKS and Aurora grow: nodes, then auto mode with more cores, larger and more instances", () => {
  const nodes = carried.map((size) => plan(size).capabilities.app.detail.nodes);
  expect(nodes.map(({ mode }) => mode)).toEqual(["managed", "auto", "auto"]);
  const database = carried.map((size) => plan(size).capabilities.database);
  expect(database.map((one) => one.class)).toEqual(["db.r7g.large", "db.r7g.xlarge", "db.r7g.2xlarge"]);
  // In each of the two regions.
  expect(database.map(({ count }) => count)).toEqual([4, 4, 6]);
  expect(carried.map((size) => plan(size).capabilities.network.detail.natGateways)).toEqual([1, 3, 3]);
});

test("the managed nodes of medium hold the app at its most, and what the cluster itself runs", () => {
  const { app, nodes } = eksSizes.medium;
  if (nodes.mode !== "managed") throw new Error("medium has nodes of a fixed number");
  // m7g.large: 2 cores; EKS keeps 70 thousandths of them on each (docs: reserved resources of a node).
  const cores = nodes.count * (2000 - 70);
  // On each node: agent and fluent-bit 300, kube-proxy 100, network 50. In all: names, secrets, targets, metrics 750.
  const own = nodes.count * 450 + 750;
  // One more while a rollout goes on.
  expect((app.maxReplicas + 1) * app.cpuMilli).toBeLessThanOrEqual(cores - own);
});

test("a price is for every region, and names what is not known", () => {
  const three = plan("medium", { regions: ["eu-central-1", "eu-west-1", "us-east-1"] });
  const [ofTwo, ofThree] = [plan("medium").capabilities, three.capabilities];
  expect(ofThree.database.count).toBe(6);
  // Instances, the GB in each region, and 3 million requests: two reads or writes each, one of them sent on.
  const database = (regions: number) =>
    2 * regions * 730 * 0.276 + regions * 0.1 + 6 * 0.2 + 3 * (regions - 1) * 0.2;
  expect(ofTwo.database.price.monthly.USD).toBeCloseTo(database(2), 1);
  expect(ofThree.database.price.monthly.USD).toBeCloseTo(database(3), 1);
  expect(ofThree.app.price.monthly.USD).toBeCloseTo(3 * (730 * 0.1 + 3 * (730 * 0.0816 + 84 * 0.08)), 1);
  expect(three.price.unknown).toContain("Container Insights, by what it measures");
});

const problems = (attempt: () => unknown): string[] => {
  try {
    attempt();
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    return error.diagnostics.map(({ what, where, allowed }) => `${where.key}: ${what}; ${allowed ?? ""}`);
  }
};

test("small is refused, naming the stages that carry it", () => {
  expect(problems(() => plan("small")).join()).toMatch(/rung:size: .*aws-ecs.*; medium, large, xlarge/);
});

test.each([
  [{ regions: ["eu-central-1"] }, /two or three regions/],
  [{ regions: ["eu-central-1", "eu-central-1"] }, /each named once/],
  [{ regions: ["eu-central-1", "eu-west-1", "eu-west-3", "us-east-1"] }, /two or three regions/],
  [{ regions: ["eu-central-1", "mars-1"] }, /mars-1 is no region.*eu-west-1/],
  [{ ...two, primary: "us-east-1" }, /rung:primary: the primary must be one of/],
  [{ ...two, allowDataLoss: "eu-west-1" }, /rung:allowDataLoss: .*the primary alone/],
] as const)("regions that cannot be are refused: %j", (platform, says) => {
  expect(problems(() => plan("medium", platform as unknown as Platform)).join()).toMatch(says);
});

test("another primary, with leave to lose data for its sake, is the same plan", () => {
  const there = { ...two, primary: "eu-west-1", allowDataLoss: "eu-west-1" };
  expect(plan("medium", there)).toEqual(plan("medium"));
});

test("no SQLite; a region outside of where data may be kept is a loss", () => {
  const sqlite = defineSpec({ name: "pulse", database: { engine: "sqlite" } });
  expect(problems(() => plan("medium", two, sqlite)).join()).toMatch(/PostgreSQL alone/);
  const european = defineSpec({ name: "pulse", database: {}, residency: ["eu"] });
  const losses = plan("medium", { regions: ["eu-central-1", "us-east-1"] }, european).losses;
  expect(losses.some(({ what }) => what.startsWith("us-east-1 is not in eu"))).toBe(true);
});

test("networks of no two regions overlap, and the parts of one are in it", () => {
  const known = ["us-east-1", "eu-central-1", "eu-west-1", "ap-south-1"];
  expect(new Set(known.map(cidrOf)).size).toBe(known.length);
  expect([publicCidrOf, privateCidrOf, dataCidrOf].map((part) => part("eu-central-1"))).toEqual([
    "10.48.0.0/18",
    "10.48.64.0/18",
    "10.48.128.0/18",
  ]);
});

test("a pod of the app is one that the restricted standard takes, and more: read-only, without a token", () => {
  const site = {
    context: { spec, stack: "prod" },
    plan: plan("medium").capabilities,
  };
  // only names and the plan are asked of it
  const pod = podOf(site as never, {
    part: "app",
    args: ["serve"],
    variables: { PORT: "3000" },
    secrets: ["app-1"],
    image: `ghcr.io/example/pulse@sha256:${"0".repeat(64)}`,
  });
  expect(beyondRestricted(pod.spec)).toEqual([]);
  const [container] = pod.spec.containers;
  expect(container?.securityContext.readOnlyRootFilesystem).toBe(true);
  expect(pod.spec.automountServiceAccountToken).toBe(false);
  const weaker = structuredClone(pod);
  Object.assign(weaker.spec.containers[0]?.securityContext ?? {}, { allowPrivilegeEscalation: true });
  expect(beyondRestricted(weaker.spec)).toEqual(["container app: allowPrivilegeEscalation is not false"]);
});

test("a plan knows only what the stage gives", () => {
  const { capabilities } = plan("large");
  expect(capabilities.dns.detail.routing).toBe("latency");
  // @ts-expect-error: Aurora grows its storage by itself
  expect(capabilities.database.detail.storageGb).toBeUndefined();
  // @ts-expect-error: small is no size of this stage
  expect(eksSizes.small).toBeUndefined();
});
