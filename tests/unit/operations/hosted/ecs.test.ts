import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { streamOf } from "../../../../engine/servers/aws/ecs.ts";
import { type AwsServer, serveAws, type World } from "../../../../engine/servers/aws/index.ts";
import { ecs } from "../../../../operations/hosted/ecs.ts";
import type { LogLine } from "../../../../operations/stage.ts";

const definition = (revision: number) =>
  `arn:aws:ecs:eu-central-1:123456789012:task-definition/pulse-prod-app:${revision}`;
const rollout = {
  platform: "ecs",
  region: "eu-central-1",
  cluster: "pulse-prod-app",
  service: "pulse-prod-app",
  taskDefinition: definition(1),
  logGroup: "/ecs/pulse-prod-app",
} as const;
const asked = { stack: "none", withinSeconds: 1, everyMs: 1 };

let now = { revision: 1, image: "good" };
let server: AwsServer;
let world: World & { lines: World["lines"] };

beforeEach(async () => {
  now = { revision: 1, image: "good" };
  world = {
    services: () => [
      {
        cluster: rollout.cluster,
        service: rollout.service,
        image: now.image,
        taskDefinition: definition(now.revision),
      },
    ],
    logGroups: () => [rollout.logGroup],
    lines: new Map(),
    isSick: (image) => image === "sick",
    looks: 3,
  };
  server = await serveAws(world);
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

/** The next revision is brought out. */
const bring = (image: string) => {
  now = { revision: now.revision + 1, image };
  return ecs.failed({ ...rollout, taskDefinition: definition(now.revision) }, asked);
};

test("a rollout under way is waited for, and one that gets steady is no failure", async () => {
  expect(await ecs.failed(rollout, asked)).toBeUndefined();
  expect(server.seen.filter((name) => name === "DescribeServices").length).toBeGreaterThan(1);
});

test("what the circuit breaker rolled back is a failure, with the task's end and the container's last lines", async () => {
  await ecs.failed(rollout, asked);
  world.lines.set(streamOf("app", definition(2)), [
    { timestamp: 1, message: "starting" },
    { timestamp: 2, message: "cannot reach the database" },
  ]);
  expect(await bring("sick")).toEqual({
    what: "ECS did not bring out pulse-prod-app:2: ECS deployment circuit breaker: tasks failed to start, rolled back; pulse-prod-app:1 serves",
    mend: "what served before serves on; mend what is said above, then rung up again",
    lines: [
      "task: Essential container in task exited",
      "app: exit code 1",
      "app: starting",
      "app: cannot reach the database",
    ],
    differ: ["aws:ecs/service:Service::app"],
    brings: ["aws:ecs/taskDefinition:TaskDefinition::app"],
  });
  expect(await bring("good"), "mended").toBeUndefined();
});

test("a first rollout that fails leaves nothing that serves", async () => {
  now.image = "sick";
  const failed = await ecs.failed(rollout, asked);
  expect(failed?.what).toContain("pulse-prod-app:1: ECS deployment circuit breaker: tasks failed to start");
  expect(failed?.mend).toContain("nothing serves");
});

test("a service that somebody else changed is a failure too", async () => {
  await ecs.failed(rollout, asked);
  now.revision = 7;
  expect((await ecs.failed(rollout, asked))?.what).toContain("pulse-prod-app:7 serves");
});

test("a key that AWS does not take is an error that says so", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAWRONG00000000000");
  await expect(ecs.failed(rollout, asked)).rejects.toThrow(
    /ECS cannot be asked: UnrecognizedClientException: The security token/,
  );
});

test("how the service is: by its tasks", async () => {
  expect(await ecs.health?.(rollout, asked)).toEqual([{ name: "pulse-prod-app", health: "starting" }]);
  await ecs.failed(rollout, asked);
  expect(await ecs.health?.(rollout, asked)).toEqual([{ name: "pulse-prod-app", health: "healthy" }]);
});

test("logs: the newest lines of each container in order, then what comes", async () => {
  world.lines.set("app/app/0123456789", [
    { timestamp: 1000, message: "one" },
    { timestamp: 3000, message: "three\n" },
  ]);
  world.lines.set("app/migrate/9876543210", [{ timestamp: 2000, message: "two" }]);
  const stop = new AbortController();
  const told: LogLine[] = [];
  const take = (line: LogLine) => {
    told.push(line);
    if (line.text === "four") stop.abort();
  };
  setTimeout(() => world.lines.get("app/app/0123456789")?.push({ timestamp: 4000, message: "four" }), 30);
  await ecs.logs(rollout, { follow: true, lines: 10, signal: stop.signal }, take, asked);
  expect(told).toEqual([
    { part: "app-01234567", time: "1970-01-01T00:00:01.000Z", text: "one" },
    { part: "migrate-98765432", time: "1970-01-01T00:00:02.000Z", text: "two" },
    { part: "app-01234567", time: "1970-01-01T00:00:03.000Z", text: "three" },
    { part: "app-01234567", time: "1970-01-01T00:00:04.000Z", text: "four" },
  ]);
});

test("the stand-in takes only what AWS's own model has", async () => {
  const client = new ECSClient({ region: rollout.region });
  const ask = (input: object) => client.send(new DescribeServicesCommand(input as { services: string[] }));
  await expect(ask({ cluster: rollout.cluster })).rejects.toThrow("it lacks services");
  await expect(ask({ cluster: rollout.cluster, services: "one" })).rejects.toThrow(/must be a list/);
  await expect(ask({ cluster: "other", services: [rollout.service] })).rejects.toThrow("Cluster not found");
  client.destroy();
});
