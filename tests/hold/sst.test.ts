import { randomBytes } from "node:crypto";
import { Agent, get } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { freePorts } from "../../operations/freePorts.ts";
import { labelled } from "../../operations/local/labelled.ts";
import { type SstProject, sstProject } from "../support/sst.ts";

/** Real SST makes the local stage on the real Docker. */
const stack = `sst-${randomBytes(3).toString("hex")}`;
let project: SstProject;
let port: number;

beforeAll(async () => {
  project = await sstProject(await ensureToolchain(), { real: ["docker"] });
  const [https = 0, http = 0] = await freePorts(2);
  port = https;
  project.settle(stack, {
    "rung:stage": "local",
    "rung:size": "small",
    "rung:httpsPort": https,
    "rung:httpPort": http,
    "rung:protect": false,
  });
});
afterAll(async () => {
  await labelled.remove(await mine());
  project.remove();
});

const mine = async () => (await labelled.list()).filter((one) => one.stack === stack);

/** What the app says, whoever signed its certificate. */
const ready = () =>
  new Promise<number | undefined>((resolve, reject) => {
    const agent = new Agent({ rejectUnauthorized: false });
    get(`https://localhost:${port}/api/ready`, { agent }, (answer) => resolve(answer.resume().statusCode)).on(
      "error",
      reject,
    );
  });

test("sst deploy makes the stack, and its app answers", async () => {
  const { code, out } = await project.sst("deploy", "--stage", stack);
  expect(code, out).toBe(0);
  expect(out).not.toContain("stand-in for docker");
  await expect.poll(ready, { timeout: 60_000, interval: 1000 }).toBe(200);
  expect((await mine()).filter(({ kind }) => kind === "container").length).toBeGreaterThan(10);
});

test("a second diff is empty", async () => {
  const { code, out } = await project.sst("diff", "--stage", stack);
  expect(code, out).toBe(0);
  expect(out).toContain("No changes");
});

test("sst remove leaves nothing", async () => {
  const { code, out } = await project.sst("remove", "--stage", stack);
  expect(code, out).toBe(0);
  expect(await mine()).toEqual([]);
});
