import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PlatformServer } from "../../../../engine/servers/platforms/serve.ts";
import { type Build, serveVercel, type VercelWorld } from "../../../../engine/servers/platforms/vercel.ts";
import { vercel } from "../../../../operations/hosted/vercel.ts";
import type { LogLine } from "../../../../operations/stage.ts";

const rollout = { platform: "vercel", project: "prj_1", deployment: "dpl_2", team: "team_1" } as const;
const asked = { stack: "none", withinSeconds: 1, everyMs: 1 };
let world: VercelWorld & { lines: VercelWorld["lines"] };
let builds: Map<string, Build>;
let production: string;
let server: PlatformServer;

beforeEach(async () => {
  builds = new Map([
    ["dpl_1", { readyState: "READY", build: [] }],
    ["dpl_2", { readyState: "READY", build: ["uploading"] }],
  ]);
  production = "dpl_2";
  world = {
    deployment: (id) => builds.get(id),
    production: (project) => (project === "prj_1" ? { id: production } : undefined),
    lines: [],
  };
  server = await serveVercel(world);
  vi.stubEnv("VERCEL_API_URL", server.url);
  vi.stubEnv("VERCEL_API_TOKEN", server.token);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

test("a deployment that is ready and has production is no failure", async () => {
  expect(await vercel.failed(rollout, asked)).toBeUndefined();
  expect(await vercel.failed({ ...rollout, team: "acme" }, asked), "a team by its slug").toBeUndefined();
});

test("a build that failed is, with the build's last lines", async () => {
  builds.set("dpl_2", {
    readyState: "ERROR",
    errorMessage: "Command failed",
    build: ["uploading", "no such region"],
  });
  expect(await vercel.failed(rollout, asked)).toMatchObject({
    what: "Vercel did not build the release: ERROR, Command failed",
    lines: ["uploading", "no such region"],
    brings: ["vercel:index/deployment:Deployment::app"],
  });
});

test("one that is ready while another serves is a failure: an instant rollback holds", async () => {
  production = "dpl_1";
  const failed = await vercel.failed(rollout, asked);
  expect(failed?.what).toBe("Vercel built dpl_2, and dpl_1 serves production");
  expect(failed?.mend).toContain("promote a deployment");
});

test("a build under way is waited for", async () => {
  const deployment = { readyState: "BUILDING", build: [] };
  builds.set("dpl_2", deployment);
  setTimeout(() => {
    deployment.readyState = "READY";
  }, 30);
  expect(await vercel.failed(rollout, asked)).toBeUndefined();
});

test("a wrong token, or none, is an error that says so", async () => {
  vi.stubEnv("VERCEL_API_TOKEN", "wrong");
  await expect(vercel.failed(rollout, asked)).rejects.toThrow(/Vercel cannot be asked: .*403/);
  vi.stubEnv("VERCEL_API_TOKEN", "");
  await expect(vercel.failed(rollout, asked)).rejects.toThrow("set VERCEL_API_TOKEN");
});

test("logs come as they are said; the past is refused with where it is", async () => {
  const stop = new AbortController();
  const request = { lines: 10, signal: stop.signal };
  await expect(vercel.logs(rollout, { ...request, follow: false }, () => {}, asked)).rejects.toThrow(
    /only as they come\n {2}mend {5}rung logs --follow/,
  );
  world.lines.push({ message: "listening\n", timestampInMs: 1000 });
  const told: LogLine[] = [];
  const take = (line: LogLine) => {
    told.push(line);
    stop.abort();
  };
  await vercel.logs(rollout, { ...request, follow: true }, take, asked);
  expect(told).toEqual([{ part: "serverless", time: "1970-01-01T00:00:01.000Z", text: "listening" }]);
});
