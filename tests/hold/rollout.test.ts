import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, containers } from "../local/docker.ts";
import { mustRung, rung } from "../support/rung.ts";
import { type TestStack, testStack } from "../support/stack.ts";
import { imageFrom, output } from "./images.ts";

let own: TestStack;
let first: string;

beforeAll(async () => {
  own = await testStack();
  await mustRung("up", "--stack", own.stack);
  first = await output(own, "image");
});

afterAll(() => own.remove());

const replicas = async () => (await containers(own, "app")).filter(({ State }) => State.Status === "running");

test("a new image serves, and the one before is put back by name or by order", async () => {
  const second = await imageFrom(first, "LABEL release=2");
  await own.set({ image: second });
  await mustRung("up", "--stack", own.stack);
  expect(await output(own, "image")).toBe(second);

  await mustRung("rollback", "--stack", own.stack);
  expect(await output(own, "image")).toBe(first);
  expect((await replicas()).map(({ Config }) => Config.Image)).toEqual([first, first]);
  expect((await ask(own, "/api/ready")).status).toBe(200);

  const unknown = await rung("rollback", "--stack", own.stack, "--to", "0123");
  expect(unknown.code).toBe(1);
  expect(unknown.err).toContain("is not an image that has served");

  await mustRung("rollback", "--stack", own.stack, "--to", second.slice("sha256:".length, 20));
  expect(await output(own, "image")).toBe(second);
  await own.set({});
});

test("an image that never gets healthy gets no traffic, and up ends with its last words", async () => {
  await mustRung("rollback", "--stack", own.stack, "--to", first);
  const before = (await replicas()).map(({ Id }) => Id).toSorted();
  const broken = await imageFrom(
    first,
    "USER root",
    `RUN printf '#!/bin/sh\\n[ "$1" != health ] || exit 1\\n[ "$1" != migrate ] || exit 0\\necho the configuration is missing its heart >&2\\nexec sleep 600\\n' >/app/entrypoint && chmod 755 /app/entrypoint`,
    "USER 10001",
  );
  await own.set({ image: broken, healthTimeout: "10s" });

  const up = rung("up", "--stack", own.stack);
  let served = 0;
  const over = up.then(() => true);
  while (!(await Promise.race([over, new Promise((resolve) => setTimeout(() => resolve(false), 100))]))) {
    expect((await ask(own, "/api/health")).status).toBe(200);
    served += 1;
  }
  const { code, err } = await up;
  expect(code).toBe(1);
  expect(err).toContain("the configuration is missing its heart");
  expect(served).toBeGreaterThan(20);
  expect(await output(own, "image")).toBe(first);
  expect((await replicas()).map(({ Id }) => Id).toSorted()).toEqual(before);

  await own.set({});
  await mustRung("up", "--stack", own.stack);
  const status = JSON.parse((await rung("status", "--stack", own.stack, "--json")).out);
  expect(status.healthy).toBe(true);
  expect(status.image).toBe(first);
  expect(status.releases.map(({ image }: { image: string }) => image)).not.toContain(broken);
  expect(await replicas()).toHaveLength(2);
});

test("a migration that fails leaves the app that serves alone", async () => {
  const broken = await imageFrom(
    first,
    "USER root",
    `RUN printf '#!/bin/sh\\n[ "$1" != migrate ] || { echo column tenant does not exist >&2; exit 3; }\\nexec sleep 600\\n' >/app/entrypoint && chmod 755 /app/entrypoint`,
    "USER 10001",
  );
  const before = (await replicas()).map(({ Id }) => Id).toSorted();
  await own.set({ image: broken });
  const { code, err } = await rung("up", "--stack", own.stack);
  expect(code).toBe(1);
  expect(err).toContain("column tenant does not exist");
  expect((await replicas()).map(({ Id }) => Id).toSorted()).toEqual(before);
  expect((await ask(own, "/api/ready")).status).toBe(200);
  await own.set({});
});
