import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PlatformServer } from "../../../../engine/servers/platforms/serve.ts";
import { serveWorkers, type WorkersWorld } from "../../../../engine/servers/platforms/workers.ts";
import { hostedOperations } from "../../../../operations/hosted/index.ts";
import { rehearsalSettings } from "../../../../operations/rehearse/settings.ts";
import { targetOf } from "../../../../operations/target.ts";

const settings = rehearsalSettings("cloudflare-edge", "small");
const rulesets = () => world.zone?.rulesets ?? [];
let world: WorkersWorld;
let server: PlatformServer;

beforeEach(async () => {
  world = {
    account: "acc",
    script: "none",
    deployments: [],
    zone: { id: String(settings["rung:cloudflareZoneId"]), rulesets: [] },
  };
  server = await serveWorkers(world);
  vi.stubEnv("CLOUDFLARE_BASE_URL", server.url);
  vi.stubEnv("CLOUDFLARE_API_TOKEN", server.token);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

const obstacles = async (changed = {}, made = false) =>
  hostedOperations.obstacles(await targetOf("never-made", { ...settings, ...changed }), async () => made);

test("a stack's first up is refused in a zone whose rules are another's", async () => {
  rulesets().push({ name: "Cloudflare Managed", kind: "managed", phase: "http_request_firewall_managed" });
  rulesets().push({ name: "somebody's redirects", kind: "zone", phase: "http_request_dynamic_redirect" });
  expect(await obstacles()).toEqual([]);
  rulesets().push({ name: "pulse-prod-rate", kind: "zone", phase: "http_ratelimit" });
  expect(await obstacles()).toMatchObject([
    {
      what: expect.stringContaining("rules of its own in the phase http_ratelimit"),
      where: { file: "Pulumi.never-made.yaml", key: "config.rung:cloudflareZoneId" },
      found: "pulse-prod-rate",
    },
  ]);
  expect(await obstacles({}, true)).toEqual([]);
});

test("a zone that the token may not see is an error, and nobody is asked without a token", async () => {
  await expect(obstacles({ "rung:cloudflareZoneId": "f".repeat(32) })).rejects.toThrow(
    /Cloudflare cannot be asked: .*404/,
  );
  vi.stubEnv("CLOUDFLARE_API_TOKEN", "");
  expect(await obstacles()).toEqual([]);
});

test("every setting that the stage must be told is asked for, by the name of the stack's file", async () => {
  const untold = { "rung:cloudflareZoneId": undefined, "rung:cloudflareAccountId": undefined };
  await expect(obstacles(untold)).rejects.toMatchObject({
    exitCode: 64,
    diagnostics: [
      { where: { file: "Pulumi.never-made.yaml", key: "config.rung:cloudflareAccountId" } },
      { where: { file: "Pulumi.never-made.yaml", key: "config.rung:cloudflareZoneId" } },
    ],
  });
});
