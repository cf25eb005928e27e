import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { ask } from "../local/docker.ts";
import { type SstProject, sstProject } from "../support/sst.ts";
import { freePorts } from "../support/stack.ts";

/** The local stage, really made, by real SST. */
let project: SstProject;
const stage = `test-sst-${process.pid}`;

beforeAll(async () => {
  project = await sstProject(await ensureToolchain());
});
afterAll(async () => {
  const removed = await project.sst("remove", "--stage", stage);
  project.remove();
  expect(removed.code, removed.out).toBe(0);
});

test("sst deploy brings the local stage up: it answers, and a diff is empty", async () => {
  const [httpsPort, httpPort] = await freePorts(2);
  project.settle(stage, {
    "rung:stage": "local",
    "rung:httpsPort": httpsPort,
    "rung:httpPort": httpPort,
    "rung:protect": false,
  });
  const { code, out } = await project.sst("deploy", "--stage", stage);
  expect(code, out).toBe(0);
  const living = { stack: stage, url: `https://localhost:${httpsPort}` };
  const ready = async () => (await ask(living, "/api/ready")).status;
  await expect.poll(ready, { timeout: 30_000, interval: 500 }).toBe(200);
  const again = await project.sst("diff", "--stage", stage);
  expect(again.out).toContain("No changes");
});
