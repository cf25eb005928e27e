import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ask, containers, docker, inside, theContainer } from "../local/docker.ts";
import { mustRung, rung, startRung } from "../support/rung.ts";
import { type TestStack, testStack } from "../support/stack.ts";
import { killSweep } from "./kill.ts";

let own: TestStack;

beforeAll(async () => {
  own = await testStack();
  await mustRung("up", "--stack", own.stack);
});

afterAll(() => own.remove());

const up = async () =>
  JSON.parse((await mustRung("up", "--json", "--stack", own.stack)).trim().split("\n").at(-1) ?? "");
const refresh = () => mustRung("refresh", "--stack", own.stack);

test("what was removed by hand is shown, and made again by up", async () => {
  await docker("rm", "-f", (await theContainer(own, "cdn")).Id);
  const out = await refresh();
  expect(out).toMatch(/delete cdn/);
  expect(out).toContain("1 delete");
  expect((await up()).changes).toMatchObject({ create: 1, update: 0, replace: 0, delete: 0 });
  expect((await rung("status", "--stack", own.stack)).code).toBe(0);
});

test("what was altered by hand is shown, and mended by up", async () => {
  const { Id } = await theContainer(own, "cache");
  await docker("update", "--memory", "128m", "--memory-swap", "128m", Id);
  const out = await refresh();
  expect(out).toMatch(/update cache/);
  expect(out).toContain("1 update");
  const { changes } = await up();
  expect(changes.delete + changes.create).toBe(0);
  expect(changes.update + changes.replace).toBe(1);
  expect((await theContainer(own, "cache")).HostConfig.Memory).toBe(96 * 1024 * 1024);
  expect(await refresh()).toContain("nothing differs");
});

test("what was stopped or removed by hand is noticed by up itself", async () => {
  await docker("stop", (await theContainer(own, "app-1")).Id);
  await docker("rm", "-f", (await theContainer(own, "pooler")).Id);
  await up();
  expect((await rung("status", "--stack", own.stack)).code).toBe(0);
  expect((await ask(own, "/api/ready")).status).toBe(200);
});

test("a database that comes back at another address is found again, although clients wait in the pooler", async () => {
  const network = `pulse-${own.stack}-private`;
  const of = async (name: string) => {
    const { Id: id } = await theContainer(own, name);
    const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
    const octets = (await docker("inspect", "--format", format, id)).split(".").map(Number);
    return { name, id, address: octets.reduce((sum, octet) => sum * 256 + octet, 0) };
  };
  const [database, other] = [await of("database"), await of("alertmanager")];
  // Docker gives the lowest address that is free: whoever had the higher one comes first, and they change places.
  const order = database.address < other.address ? [other, database] : [database, other];
  for (const { id } of order) await docker("network", "disconnect", network, id);
  for (const { id, name } of order) await docker("network", "connect", "--alias", name, network, id);
  expect((await of("database")).address).toBe(other.address);
  await vi.waitFor(async () => expect((await ask(own, "/api/ready")).status).toBe(200), {
    timeout: 120_000,
    interval: 1000,
  });
});

test("a second up at the same time waits for the first", async () => {
  await docker("rm", "-f", (await theContainer(own, "cdn")).Id);
  const [one, other] = [startRung(["up", "--stack", own.stack]), startRung(["up", "--stack", own.stack])];
  const [a, b] = await Promise.all([one.ended, other.ended]);
  expect([a.code, b.code]).toEqual([0, 0]);
  expect([a.out, b.out].filter((text) => text.includes("waiting for rung up (pid"))).toHaveLength(1);
  expect((await containers(own, "cdn")).length).toBe(1);
});

test("a Docker that does not answer is one clear error, and nothing is touched", async () => {
  const before = (await containers(own)).map(({ Id }) => Id).toSorted();
  const away = { DOCKER_HOST: "unix:///var/run/no-such-docker.sock" };
  for (const command of ["up", "status", "down"]) {
    const { code, err } = await startRung([command, "--stack", own.stack], away).ended;
    expect(code, command).toBe(1);
    expect(err, command).toMatch(
      /^docker: Docker does not answer at unix:\/\/\/var\/run\/no-such-docker\.sock/,
    );
    expect(err.trim().split("\n").length, command).toBeLessThanOrEqual(3);
  }
  expect((await containers(own)).map(({ Id }) => Id).toSorted()).toEqual(before);
});

test("another stage in place is refused, naming the way", async () => {
  const before = (await containers(own)).map(({ Id }) => Id).toSorted();
  const { code, err } = await rung("up", "--stack", own.stack, "--stage", "aws-ecs");
  expect(code).toBe(3);
  expect(err).toContain("never changed in place");
  expect(err).toContain("make another stack for aws-ecs");
  expect((await containers(own)).map(({ Id }) => Id).toSorted()).toEqual(before);
  await own.set({});
});

test("killed at random moments, up completes the next time, with nothing orphaned and nothing lost", async () => {
  const rows = async (sql: string) =>
    (await inside(own, "database", `psql -X -At -h /run/postgresql -U postgres -d pulse -c "${sql}"`)).out;
  await rows("CREATE TABLE IF NOT EXISTS witness AS SELECT 7 AS seven");
  await killSweep(own, 2);
  expect(await rows("SELECT seven FROM witness")).toBe("7");
});
