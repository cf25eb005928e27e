import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { draft } from "../../../../operations/previews/settings.ts";
import { loadTemplate } from "../../../../operations/previews/template.ts";
import { root } from "../../../support/rung.ts";

const file = "Pulumi.test-template.yaml";
afterEach(() => rm(join(root, file), { force: true }));

const of = async (config: object, more: object = {}) => {
  await writeFile(join(root, file), stringify({ config, ...more }));
  return loadTemplate(file);
};

test("what is said of all previews together is not theirs one by one", async () => {
  const template = await of({ "rung:stage": "local", "preview:idle": "12h", "preview:maxCount": 3 });
  expect(template.limits).toMatchObject({ idle: "12h", maxCount: 3, maxMonthlyUsd: 200 });
  expect(template.config).toEqual({ "rung:stage": "local" });
});

test("how its secrets are encrypted goes along", async () => {
  const template = await of({ "rung:stage": "local" }, { secretsprovider: "awskms://alias/previews" });
  expect(template.encryption).toEqual({ secretsprovider: "awskms://alias/previews" });
});

test.each([
  [{ "rung:protect": true }, "config.rung:protect"],
  [{ "rung:httpsPort": 8443 }, "config.rung:httpsPort"],
  [{ "rung:expires": "2026-01-01T00:00:00Z" }, "config.rung:expires"],
  [{ "preview:idle": "soon" }, "config.preview:idle"],
  [{ "preview:maxCount": 0 }, "config.preview:maxCount"],
  [{ "preview:maxcount": 5 }, "config.preview:maxcount"],
])("not for a template: %o", async (more, key) => {
  const wrong = of({ "rung:stage": "local", ...more });
  await expect(wrong).rejects.toMatchObject({ exitCode: 64, diagnostics: [{ where: { file, key } }] });
});

test("each preview has ports of its own, and its part of the domain", async () => {
  const local = await draft(4242, await of({ "rung:stage": "local" }), undefined);
  expect(local.target.context).toMatchObject({ stack: "pr-4242", protect: false, size: "small" });
  const { https, http } = local.target.context.ports;
  expect(https).toBeGreaterThanOrEqual(20_000);
  expect(http).toBe(https + 1);
  expect(http, "not one that the system may hand out meanwhile").toBeLessThan(30_000);
  const config = { "rung:stage": "cloudflare-edge", "rung:domain": "preview.example.net" };
  const hosted = await draft(
    4242,
    await of({ ...config, "rung:cloudflareAccountId": "a", "rung:cloudflareZoneId": "z" }),
    undefined,
  );
  expect(hosted.target.context.platform.domain).toBe("pr-4242.preview.example.net");
});

test("the repository's production is kept apart from, whatever the template says", async () => {
  const same = await of({
    "rung:stage": "aws-ecs",
    "rung:domain": "pulse.example.com",
    "rung:region": "eu-central-1",
  });
  await expect(draft(4242, same, undefined)).rejects.toMatchObject({ exitCode: 3 });
});
