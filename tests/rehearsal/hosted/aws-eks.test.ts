import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsAccount, awsAccount } from "../../support/awsWorld.ts";
import { type HostedStack, hostedStack } from "../../support/hostedRung.ts";

/** The command itself on aws-eks, with stand-ins for AWS and Kubernetes: its lines, and a rollout that is not finished. */
const image = (digit: string) => `ghcr.io/example/pulse@sha256:${digit.repeat(64)}`;
/** As Fluent Bit names what a pod's container writes. */
const streamOf = (pod: string, namespace: string, container: string) =>
  `ip-10-0-1-2.eu-central-1.compute.internal-application.var.log.containers.${pod}_${namespace}_${container}-${"0f".repeat(32)}.log`;
const pod = "app-6d5f7c9b8-x2x4z";
const line = (timestamp: number, log: string) => ({
  timestamp,
  message: JSON.stringify({ stream: "stdout", log, kubernetes: { pod_name: pod, namespace_name: "app" } }),
});

let own: HostedStack;
let aws: AwsAccount;

beforeAll(async () => {
  own = await hostedStack("aws-eks", {
    settings: { "rung:size": "medium" },
    servers: async (store) => {
      aws = await awsAccount(store);
      return [aws];
    },
  });
  const { code, err } = await own.rung("up", "--image", image("1"));
  expect({ code, err }).toEqual({ code: 0, err: "" });
});
afterAll(() => own.remove());

test("logs are what the app's pods say in every region, and no other pod's", async () => {
  aws.world.lines.set(streamOf("coredns-7c65d6cfc9-abcde", "kube-system", "coredns"), [line(500, "plugin")]);
  aws.world.lines.set(streamOf(pod, "app", "app"), [line(1000, "listening\n")]);
  aws.world.lines.set(streamOf("app-jobs-29000000-zzzzz", "app", "app"), [
    { timestamp: 2000, message: JSON.stringify({ log_processed: { level: "info", job: "digest" } }) },
  ]);
  const { code, out, err } = await own.rung("logs app", "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const lines = out
    .trim()
    .split("\n")
    .map((one) => JSON.parse(one));
  expect(lines).toEqual(
    expect.arrayContaining([
      { part: `eu-central-1/${pod}`, time: "1970-01-01T00:00:01.000Z", text: "listening" },
      { part: `eu-west-1/${pod}`, time: "1970-01-01T00:00:01.000Z", text: "listening" },
    ]),
  );
  expect(lines.filter(({ text }) => text === '{"level":"info","job":"digest"}')).toHaveLength(2);
  expect(out).not.toContain("coredns");
});

test("a rollout that Kubernetes did not finish is a failed up, with the last lines and no secret in them", async () => {
  const { AUTH_SECRET } = JSON.parse((await own.rung("output", "bindings", "--show-secrets")).out);
  const later = Date.now() + 3_600_000; // said while it is brought out
  aws.world.lines.set(streamOf(pod, "app", "app"), [
    line(1000, "listening"),
    line(later, `AUTH_SECRET is ${AUTH_SECRET}, and too short`),
  ]);
  // What Kubernetes' provider does when the progress deadline is over: the update of the Deployment fails.
  own.env.RUNG_FAULT = "before:update:1:error";
  const { code, err } = await own.rung("up", "--image", image("e"));
  delete own.env.RUNG_FAULT;
  expect(code).toBe(1);
  expect(err).toContain("a fault was asked for");
  expect(err).toContain(`eu-central-1/${pod}: AUTH_SECRET is [secret], and too short`);
  expect(err).not.toContain(AUTH_SECRET);
  expect(err, "what was said before it").not.toContain("listening");
});

test("the next up brings it out", async () => {
  const { code, err } = await own.rung("up", "--image", image("2"));
  expect({ code, err }).toEqual({ code: 0, err: "" });
});

test("rollback puts the image before back, in every region", async () => {
  const { code, err } = await own.rung("rollback");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const apps = (await own.held()).filter(
    ({ type, urn }) => type === "kubernetes:apps/v1:Deployment" && urn.endsWith("-app"),
  );
  expect(apps).toHaveLength(2);
  const serving = apps.flatMap(({ outputs }) => JSON.stringify(outputs.spec).match(/ghcr[^"]+/g));
  expect(new Set(serving), "not the one whose rollout failed").toEqual(new Set([image("1")]));
});
