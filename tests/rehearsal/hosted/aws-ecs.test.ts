import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsAccount, awsAccount } from "../../support/awsWorld.ts";
import { type HostedStack, hostedStack } from "../../support/hostedRung.ts";
import { plainPulumi } from "../../support/pulumi.ts";

/** The command itself on aws-ecs, with stand-ins for AWS: what happens around the engine. */
const image = (digit: string) => `ghcr.io/example/pulse@sha256:${digit.repeat(64)}`;
const [first, second, sick] = [image("1"), image("2"), image("e")];

let own: HostedStack;
let aws: AwsAccount;

beforeAll(async () => {
  own = await hostedStack("aws-ecs", {
    servers: async (store) => {
      aws = await awsAccount(store);
      aws.sick.add(sick);
      return [aws];
    },
  });
});
afterAll(() => own.remove());

const status = async () => JSON.parse((await own.rung("status", "--json")).out);
const served = async () =>
  (await status()).releases.map(({ image: one }: { image: string }) => one) as string[];
const service = async () => (await own.held()).find(({ type }) => type === "aws:ecs/service:Service");
const taskDefinition = async () => String((await service())?.outputs.taskDefinition);

test("up waits for what ECS says of the rollout", async () => {
  const { code, err } = await own.rung("up", "--image", first);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(aws.seen).toContain("DescribeServices");
  const { image: serving, capabilities } = await status();
  expect(serving).toBe(first);
  expect(capabilities.app.health).toBe("healthy");
});

test("a rollout that ECS rolled back is a failed up, with the last lines and no secret in them", async () => {
  const shown = await own.rung("output", "bindings", "--show-secrets");
  const { DATABASE_URL, AUTH_SECRET } = JSON.parse(shown.out);
  expect(AUTH_SECRET.length).toBeGreaterThan(20);
  aws.world.dying = [`cannot reach ${DATABASE_URL}`, `AUTH_SECRET is ${AUTH_SECRET}, and too short`];
  const { code, err } = await own.rung("up", "--image", sick);
  expect(code).toBe(1);
  expect(err).toContain("ECS deployment circuit breaker");
  expect(err).toContain("app: exit code 1");
  expect(err).toContain("cannot reach [secret]");
  expect(err).not.toContain(AUTH_SECRET);
  expect(err).not.toContain(new URL(DATABASE_URL).password);
  expect(await own.written(), "nor in the state or the engine's log").not.toContain(AUTH_SECRET);
  expect(await served(), "what never served is no release").toEqual([first]);
});

test("the next up tries again, and fails again as long as the image is the same", async () => {
  const before = await taskDefinition();
  const { code, err, out } = await own.rung("up", "--image", sick, "--json");
  expect({ code, err }).toEqual({ code: 1, err: "" });
  const last = JSON.parse(out.trim().split("\n").at(-1) ?? "");
  expect(last).toMatchObject({ event: "result", result: "failed" });
  expect(last.errors[0].what).toContain("circuit breaker");
  expect(await taskDefinition(), "a new revision was brought out").not.toBe(before);
  const mended = await own.rung("up", "--image", second);
  expect(mended.code, mended.err).toBe(0);
  expect(await served()).toEqual([second, first]);
});

test("rollback puts the image before back", async () => {
  const { code, err } = await own.rung("rollback");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect((await status()).image).toBe(first);
  const definition = (await own.held()).find(
    ({ type, outputs }) => type === "aws:ecs/taskDefinition:TaskDefinition" && outputs.arn,
  );
  expect(String(definition?.outputs.containerDefinitions)).toContain(first);
});

test("logs are CloudWatch's", async () => {
  aws.world.lines.set("app/app/0123456789", [{ timestamp: 1000, message: "listening" }]);
  const { code, out } = await own.rung("logs app", "--json");
  expect(code).toBe(0);
  expect(out).toContain('{"part":"app-01234567","time":"1970-01-01T00:00:01.000Z","text":"listening"}');
  const other = await own.rung("logs database");
  expect(other.code).toBe(1);
  expect(other.err).toContain("docs/stages/aws-ecs.md");
});

test("no stage is changed in place: neither by rung nor by plain pulumi", async () => {
  await own.set({ "rung:region": "fsn1" });
  const refused = await own.rung("up", "--stage", "hetzner-coolify");
  expect(refused.code).toBe(3);
  expect(refused.err).toContain("lives on aws-ecs; its stage is never changed in place");
  const plain = await plainPulumi(own, "preview", "--config", "rung:stage=hetzner-coolify");
  expect(plain.code).not.toBe(0);
  expect(plain.out + plain.err).toContain("lives on aws-ecs; its stage is never changed in place");
  expect((await service())?.id, "nothing was touched").toBeDefined();
  await own.set({});
});

test("plain pulumi keeps the image that serves", async () => {
  const { code, out } = await plainPulumi(own, "preview", "--diff");
  expect(code, out).toBe(0);
  expect(out).not.toMatch(/will be (updated|replaced|deleted)|[1-9]\d* to (update|replace|delete)/);
});

const stores = /^aws:(rds|s3|kms|elasticache|backup)/;

test("down keeps the stores; with --delete-data their protection is lifted first, and nothing is left", async () => {
  const down = await own.rung("down");
  expect(down.code, down.err).toBe(0);
  const kept = await own.held();
  expect(kept.some(({ type }) => type === "aws:rds/instance:Instance")).toBe(true);
  expect(kept.every(({ type }) => !type.startsWith("aws:ecs/"))).toBe(true);
  expect(kept.filter(({ type }) => stores.test(type)).length).toBeGreaterThan(3);
  const gone = await own.rung("down", "--delete-data", "--yes");
  expect(gone.code, gone.err).toBe(0);
  expect((await own.held()).map(({ type }) => type)).toEqual([]);
});
