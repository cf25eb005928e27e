import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PlatformServer } from "../../../../engine/servers/platforms/serve.ts";
import { serveWorkers, type WorkersWorld } from "../../../../engine/servers/platforms/workers.ts";
import { workers } from "../../../../operations/hosted/workers.ts";

const rollout = { platform: "workers", account: "acc", script: "pulse-prod-app", version: "v2" } as const;
const asked = { stack: "none", withinSeconds: 1, everyMs: 1 };
let world: WorkersWorld;
let server: PlatformServer;

beforeEach(async () => {
  world = { account: "acc", script: rollout.script, deployments: [] };
  server = await serveWorkers(world);
  vi.stubEnv("CLOUDFLARE_BASE_URL", server.url);
  vi.stubEnv("CLOUDFLARE_API_TOKEN", server.token);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

test("the newest deployment must send everybody to the version that was brought out", async () => {
  world.deployments = [[{ version_id: "v2", percentage: 100 }], [{ version_id: "v1", percentage: 100 }]];
  expect(await workers.failed(rollout, asked)).toBeUndefined();
  world.deployments = [[{ version_id: "v1", percentage: 100 }]];
  expect((await workers.failed(rollout, asked))?.what).toContain("to run version v2; v1 (100 %) serves");
  world.deployments = [
    [
      { version_id: "v2", percentage: 10 },
      { version_id: "v1", percentage: 90 },
    ],
  ];
  expect((await workers.failed(rollout, asked))?.what).toContain("v2 (10 %), v1 (90 %) serves");
});

test("a Worker that is not there, or a wrong token, is an error", async () => {
  await expect(workers.failed({ ...rollout, script: "other" }, asked)).rejects.toThrow(/404/);
  vi.stubEnv("CLOUDFLARE_API_TOKEN", "wrong");
  await expect(workers.failed(rollout, asked)).rejects.toThrow(/Cloudflare cannot be asked: .*403/);
});

test("there is no history to read, and that is said", async () => {
  const request = { follow: false, lines: 1, signal: new AbortController().signal };
  await expect(workers.logs(rollout, request, () => {}, asked)).rejects.toThrow(
    '"wrangler tail pulse-prod-app" shows what is said from now on',
  );
});
