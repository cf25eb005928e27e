import { afterAll, beforeAll, expect, test } from "vitest";
import { type BindingName, bindings } from "../../components/model/bindings.ts";
import type { StateResource } from "../../engine/backend.ts";
import { lost } from "../../operations/rehearse/stores.ts";
import { hosted } from "../support/hosted.ts";

/** One stack over two regions, protected as production is: looked at, led from the other region, and back. */
let on: Awaited<ReturnType<typeof hosted>>;
beforeAll(async () => {
  on = await hosted("aws-eks");
});
afterAll(() => on.end());

type State = Readonly<Record<string, StateResource>>;
let state: State;
const regions = ["eu-central-1", "eu-west-1"];
const protectedStack = { "rung:protect": "true" };
const inputsOf = (name: string) => (state[name]?.inputs ?? {}) as Readonly<Record<string, never>>;
const aurora = (region: string) => ({
  vendor: "aurora",
  region,
  cluster: expect.stringMatching(new RegExp(`-database-${region}$`)),
});
const ofKind = (kind: string) => Object.entries(state).filter(([name]) => name.startsWith(`${kind} `));

test("medium comes up in two regions, and a second preview is empty", async () => {
  await on.settle("medium", protectedStack);
  await on.run("up");
  expect(await on.run("preview")).toEqual([]);
  state = await on.state();
});

test("what holds data, or unlocks it, is protected in every region", () => {
  const open = [
    ...["GlobalCluster", "Cluster", "RandomPassword", "Key", "Vault"].flatMap(ofKind),
    ...ofKind("Bucket").filter(([name]) => name.includes("storage-")),
  ].filter(
    ([name, { type, protect }]) =>
      !protect && !type.includes("eks/cluster") && !/ key-[\w-]*alerts$/.test(name),
  );
  expect(open.map(([name]) => name)).toEqual([]);
  expect(ofKind("Bucket").filter(([, { protect }]) => protect)).toHaveLength(2);
});

test("the databases have no public address, TLS alone, and speak with the app of each region alone", () => {
  for (const region of regions) {
    for (const number of [1, 2])
      expect(inputsOf(`ClusterInstance ${region}-database-${number}`)).toMatchObject({
        publiclyAccessible: false,
      });
    expect(inputsOf(`Cluster ${region}-database`)).toMatchObject({
      storageEncrypted: true,
      iamDatabaseAuthenticationEnabled: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
    });
    expect(JSON.stringify(inputsOf(`ClusterParameterGroup ${region}-database`))).toContain("rds.force_ssl");
  }
  const doors = ofKind("SecurityGroupIngressRule").filter(([name]) => /-(database|cache)-from-/.test(name));
  expect(doors).toHaveLength(8);
  for (const [, { inputs = {} }] of doors) {
    const cidr = inputs.cidrIpv4 as string | undefined;
    expect(cidr === undefined ? inputs.referencedSecurityGroupId : cidr).toMatch(/^sg-|^10\.\d+\.64\.0\/18$/);
  }
});

test("each cluster: its API shut but for named addresses, secrets encrypted, every log kept, access by entries", () => {
  for (const region of regions) {
    expect(inputsOf(`Cluster ${region}-cluster`)).toMatchObject({
      accessConfig: { authenticationMode: "API" },
      encryptionConfig: { resources: ["secrets"] },
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      vpcConfig: { endpointPrivateAccess: true, publicAccessCidrs: ["203.0.113.0/24"] },
    });
    expect(inputsOf(`Namespace ${region}-app`)).toMatchObject({
      metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    });
  }
});

test("in the app's namespace nothing speaks but what is named", () => {
  for (const region of regions) {
    expect(inputsOf(`NetworkPolicy ${region}-default-deny`)).toMatchObject({
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
    const named = ["app", "job", "migrate"].map((part) =>
      JSON.stringify(inputsOf(`NetworkPolicy ${region}-${part}`)),
    );
    for (const policy of named) expect(policy).not.toMatch(/"egress":\[\{\}\]|"ingress":\[\{\}\]/);
    // Nobody calls a job or a migration; neither leaves for the internet but by HTTPS.
    expect(named[1]).not.toContain('"ingress"');
    expect(named[2]).not.toContain("0.0.0.0/0");
  }
});

test("pods run an image by digest, with three probes, over zones; jobs are awake in the primary alone", () => {
  for (const region of regions) {
    const { spec } = inputsOf(`Deployment ${region}-app`) as unknown as {
      spec: {
        template: { spec: { containers: Record<string, unknown>[]; topologySpreadConstraints: object } };
      };
    };
    const [container = {}] = spec.template.spec.containers;
    expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"])
      expect(container).toHaveProperty(probe);
    expect(JSON.stringify(spec.template.spec.topologySpreadConstraints)).toContain(
      "topology.kubernetes.io/zone",
    );
    expect(inputsOf(`CronJob ${region}-job-cleanup`)).toMatchObject({
      spec: { suspend: region !== "eu-central-1", concurrencyPolicy: "Forbid" },
    });
  }
});

test("no secret is written down in the clear", async () => {
  const { bindings: told } = await on.outputs();
  const secrets = Object.entries(told)
    .filter(([name]) => bindings[name as BindingName].secret)
    .map(([, value]) => /^\w+:\/\/[^:]*:([^@]+)@/.exec(value)?.[1] ?? value);
  expect(secrets.length).toBeGreaterThan(3);
  for (const { file, text } of on.written())
    for (const secret of secrets) expect(text.includes(secret), file).toBe(false);
});

test("one setting leads from the other region: no store is touched, and only what knows the writer follows", async () => {
  const before = await on.outputs();
  await on.settle("medium", { ...protectedStack, "rung:primary": "eu-west-1" });
  const changes = await on.run("up");
  expect(lost(changes)).toEqual([]);
  const touched = new Set(changes.map(({ type }) => type.split(":").at(-1)));
  expect([...touched].toSorted()).toEqual(
    ["CronJob", "Deployment", "ExternalSecret", "Invocation", "Job", "SecretVersion"].toSorted(),
  );
  const after = await on.outputs();
  expect(before.bindings.DATABASE_URL).toContain("database-eu-central-1");
  // Backups and drills are of where data is written.
  expect(before.database).toEqual(aurora("eu-central-1"));
  expect(after.database).toEqual(aurora("eu-west-1"));
  expect(after.bindings.DATABASE_URL).toContain("database-eu-west-1");
  expect(after.bindings.CACHE_URL).not.toBe(before.bindings.CACHE_URL);
  expect(after.bindings.DATABASE_CA).not.toBe(before.bindings.DATABASE_CA);
  state = await on.state();
  expect(state["Job eu-west-1-migrate"]).toBeDefined();
  expect(state["Job eu-central-1-migrate"]).toBeUndefined();
  expect(inputsOf("CronJob eu-west-1-job-cleanup")).toMatchObject({ spec: { suspend: false } });
  expect(inputsOf("CronJob eu-central-1-job-cleanup")).toMatchObject({ spec: { suspend: true } });
  const asked = JSON.parse(inputsOf("Invocation eu-west-1-primary").input ?? "{}");
  expect(asked).toMatchObject({ region: "eu-west-1", allowDataLoss: false });
  expect(asked.database.cluster).toMatch(/^arn:aws:rds:eu-west-1:/);
});

test("leave to lose data is passed on to the call, and to no store; back again is the same setting", async () => {
  const there = { ...protectedStack, "rung:primary": "eu-west-1", "rung:allowDataLoss": "eu-west-1" };
  // The account is asked who it is in a region that answers.
  await on.settle("medium", { ...there, "aws:region": "eu-west-1" });
  const changes = await on.run("up");
  // The clusters' providers pass over what does not answer: that is a setting of theirs.
  expect(changes.map(({ type }) => type.split(":").at(-1)).toSorted()).toEqual([
    "Invocation",
    "kubernetes",
    "kubernetes",
  ]);
  state = await on.state();
  expect(JSON.parse(inputsOf("Invocation eu-west-1-primary").input ?? "{}").allowDataLoss).toBe(true);
  await on.settle("medium", protectedStack);
  expect(lost(await on.run("up"))).toEqual([]);
  expect((await on.outputs()).bindings.DATABASE_URL).toContain("database-eu-central-1");
});
