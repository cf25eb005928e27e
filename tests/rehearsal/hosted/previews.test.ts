import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { rehearsalSettings } from "../../../operations/rehearse/settings.ts";
import { awsAccount } from "../../support/awsWorld.ts";
import { type HostedStack, hostedStack } from "../../support/hostedRung.ts";
import { root, startRung } from "../../support/rung.ts";

/** A preview on aws-ecs, with stand-ins for AWS: beside production, and with no way to it. */
const image = `ghcr.io/example/pulse@sha256:${"1".repeat(64)}`;
const pr = 800_000 + (process.pid % 90_000);
const stack = `pr-${pr}`;
const template = `Pulumi.test-pr-${pr}.yaml`;
const settingsFile = join(root, `Pulumi.${stack}.yaml`);

/** Gives the account: its state, its stand-ins, and a stack of production's settings. */
let own: HostedStack;
const { "rung:protect": _, "rung:image": __, ...aws } = rehearsalSettings("aws-ecs", "small");
const apart = {
  ...aws,
  "rung:domain": "preview.example.net",
  "rung:route53ZoneId": "Z0PREVIEWS",
  "aws:allowedAccountIds": ["444455556666"],
  "preview:unpricedUsd": 3,
};
const write = (more: Readonly<Record<string, unknown>> = {}) =>
  writeFile(join(root, template), stringify({ config: { ...apart, ...more } }));

beforeAll(async () => {
  own = await hostedStack("aws-ecs", {
    settings: { "aws:allowedAccountIds": '["111122223333"]' },
    servers: async (store) => [await awsAccount(store)],
  });
  await write();
});
afterAll(async () => {
  await Promise.all([rm(join(root, template), { force: true }), rm(settingsFile, { force: true })]);
  await own.remove();
});

const preview = (command: string, ...args: string[]) =>
  startRung(["pr", command, ...args, "--template", template, "--json"], {
    ...own.env,
    RUNG_DATABASE_URL: "",
  }).ended;
const up = (...args: string[]) => preview("up", "--pr", String(pr), "--image", image, ...args);
const last = (out: string) => JSON.parse(out.trim().split("\n").at(-1) ?? "");
const types = async () => (await own.held()).map(({ type }) => type);

test("with a name, a zone or an account of production's, nothing is made", async () => {
  for (const more of [
    { "rung:domain": "pulse.example.com" },
    { "rung:route53ZoneId": aws["rung:route53ZoneId"] },
    { "aws:allowedAccountIds": ["111122223333"] },
  ]) {
    await write(more);
    const { code, out } = await up();
    expect(code, out).toBe(3);
    expect(last(out).result).toBe("failed");
  }
  expect(await types()).toEqual([]);
  await write();
});

test("with parts of unknown price, and no word of what they count as, nothing is made", async () => {
  await write({ "preview:unpricedUsd": undefined });
  const { code, out } = await up();
  expect(code).toBe(3);
  const [error] = last(out).errors;
  expect(error.where.key).toBe("config.preview:unpricedUsd");
  expect(error.found).toContain(`${stack}: Container Insights`);
  expect(await types()).toEqual([]);
  await write();
});

test("over its budget, nothing is made", async () => {
  await write({ "rung:budgetUsd": 5 });
  const { code, out } = await up();
  expect(code).toBe(3);
  expect(last(out).errors[0].where.key).toBe("config.rung:budgetUsd");
  expect(await types()).toEqual([]);
  await write();
});

test("it comes up with its own part of the domain, unprotected, and a second event changes nothing", async () => {
  const { code, out, err } = await up();
  expect({ code, err }, out).toEqual({ code: 0, err: "" });
  expect(last(out)).toMatchObject({ stack, filled: { data: "none" } });
  expect(last(out).urls.app).toBe(`https://${stack}.preview.example.net`);
  const instance = (await own.held()).find(({ type }) => type === "aws:rds/instance:Instance");
  expect(instance?.outputs.deletionProtection).not.toBe(true);
  const again = await up();
  expect(last(again.out).changes).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
});

test("rows are not written to a database that the preview did not make", async () => {
  const env = { ...own.env, RUNG_DATABASE_URL: "postgresql://owner:x@db.production.example.com/pulse" };
  const args = ["pr", "up", "--pr", String(pr), "--image", image, "--template", template, "--json"];
  const { code, out } = await startRung(args, env).ended;
  expect(code).toBe(3);
  expect(last(out).errors[0].what).toContain("did not make");
  expect(out).not.toContain("owner:x");
});

test("a closed pull request is swept away by a runner that has nothing but the template and the state", async () => {
  await rm(settingsFile);
  const [listed] = JSON.parse((await preview("list")).out);
  expect(listed.monthly.USD, "still counted").toBeGreaterThan(10);
  const { code, out } = await preview("sweep", "--open", String(pr + 1));
  expect(code, out).toBe(0);
  expect(last(out)).toMatchObject({ removed: [{ stack, why: "closed" }], failed: [], left: [] });
  expect(await types()).toEqual([]);
  expect(JSON.parse((await preview("list")).out)).toEqual([]);
});
