import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Inventory } from "../../../engine/servers/aws/inventory.ts";
import { rehearsalSettings } from "../../../operations/rehearse/settings.ts";
import { type AwsAccount, awsAccount, inventoryOf } from "../../support/awsWorld.ts";
import { type HostedStack, hostedStack } from "../../support/hostedRung.ts";
import { type Objects, serveObjects } from "../../support/objects.ts";
import { root, startRung } from "../../support/rung.ts";

/** A preview on aws-ecs whose state was lost, beside a stack that lasts, in one account. */
const pr = 700_000 + (process.pid % 90_000);
const stack = `pr-${pr}`;
const template = `Pulumi.test-orphan-${pr}.yaml`;
const image = `ghcr.io/example/pulse@sha256:${"1".repeat(64)}`;

let own: HostedStack;
let account: AwsAccount;
let inventory: Inventory;
let objects: Objects;
let folder: string;

const { "rung:protect": _, "rung:image": __, ...aws } = rehearsalSettings("aws-ecs", "small");
const write = (more: Readonly<Record<string, unknown>> = {}) =>
  writeFile(
    join(root, template),
    stringify({
      config: {
        ...aws,
        "rung:domain": "preview.example.net",
        "rung:route53ZoneId": "Z0PREVIEWS",
        "aws:allowedAccountIds": ["444455556666"],
        "preview:unpricedUsd": 3,
        "preview:state": own.env.PULUMI_BACKEND_URL,
        ...more,
      },
    }),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rung-orphans-"));
  mkdirSync(join(folder, "buckets"));
  const key = { accessKeyId: "AKIAREHEARSAL0000000", secretAccessKey: "rehearsal" };
  objects = await serveObjects(join(folder, "buckets"), "unrelated", key, "eu-central-1");
  own = await hostedStack("aws-ecs", {
    settings: { "aws:allowedAccountIds": '["111122223333"]', "rung:image": image },
    servers: async (store) => {
      account = await awsAccount(store);
      inventory = inventoryOf(store, join(folder, "buckets"));
      Object.assign(account.world, { inventory });
      return [account];
    },
  });
  await write();
});
afterAll(async () => {
  objects.stop();
  await rm(join(root, template), { force: true });
  await rm(join(root, `Pulumi.${stack}.yaml`), { force: true });
  await rm(folder, { recursive: true, force: true });
  await own.remove();
});

const start = (command: string, ...args: string[]) =>
  startRung(["pr", command, ...args, "--template", template, "--json"], {
    ...own.env,
    AWS_ENDPOINT_URL_S3: `http://${objects.host}`,
    RUNG_DATABASE_URL: "",
    RUNG_LOOK_MS: "10",
  });
const last = (out: string) => JSON.parse(out.trim().split("\n").at(-1) ?? "");
const of = (name: string) =>
  inventory.held().filter(({ outputs }) => (outputs.tags as { stack?: string } | undefined)?.stack === name);

test("a preview and a stack that lasts live side by side; then the preview's state is lost", async () => {
  const lasting = await own.rung("up");
  expect(lasting.code, lasting.out).toBe(0);
  const { code, out } = await start("up", "--pr", String(pr), "--image", image).ended;
  expect(code, out).toBe(0);
  expect(of(stack).length).toBeGreaterThan(60);
  const state = join(fileURLToPath(own.env.PULUMI_BACKEND_URL ?? ""), ".pulumi");
  for (const entry of readdirSync(state, { recursive: true, withFileTypes: true }))
    if (entry.name.startsWith(stack))
      rmSync(join(entry.parentPath, entry.name), { recursive: true, force: true });
  await rm(join(root, `Pulumi.${stack}.yaml`));
  for (const { id } of of(stack).filter(({ type }) => type === "aws:s3/bucket:Bucket")) {
    mkdirSync(join(folder, "buckets", id));
    writeFileSync(join(folder, "buckets", id, "an upload"), "of somebody's");
  }
  inventory.images?.set(`pulse-${stack}-app`, [{ imageDigest: `sha256:${"1".repeat(64)}`, imageTag: "it" }]);
});

test("where no state is said to hold all previews, or another, the account is not asked", async () => {
  const before = of(stack).length;
  for (const state of [undefined, "s3://elsewhere"]) {
    await write({ "preview:state": state });
    const { code, out } = await start("sweep", "--open", "none").ended;
    expect(code, out).toBe(0);
    expect(last(out).vendors).toMatchObject([
      { removed: [], cannot: expect.stringContaining("preview:state") },
    ]);
  }
  expect(account.seen).not.toContain("GetResources");
  expect(of(stack).length).toBe(before);
  await write();
});

test("killed in the middle and run again, the sweep leaves nothing of it, and all of the stack that lasts", async () => {
  const lasting = inventory.held().filter(({ urn }) => urn.includes(`:${own.stack}::`)).length;
  const first = start("sweep", "--open", "none");
  let begun = 0;
  Object.assign(inventory, {
    onDelete: () => {
      begun += 1;
      if (begun === 40) first.kill("SIGKILL");
    },
  });
  expect((await first.ended).code).not.toBe(0);
  Object.assign(inventory, { onDelete: undefined });
  expect(of(stack).length).toBeGreaterThan(10);
  const { code, out, err } = await start("sweep", "--open", "none").ended;
  expect(code, out + err).toBe(0);
  const done = last(out);
  expect(done).toMatchObject({ left: [], failed: [], busy: [] });
  expect(done.vendors).toMatchObject([{ vendor: "AWS", left: [], doubted: [], busy: [] }]);
  expect(done.vendors[0].removed.length).toBeGreaterThan(10);
  expect(of(stack)).toEqual([]);
  const left = inventory.held().filter(({ urn }) => urn.includes(`:${stack}::`));
  expect(left.map(({ urn }) => urn.split("::").slice(-2).join(" "))).toEqual([]);
  expect(inventory.held().filter(({ urn }) => urn.includes(`:${own.stack}::`)).length).toBe(lasting);
});

test("what bears a preview's labels and another stack's name is left to a person", async () => {
  const queue = of(own.stack).find(({ type }) => type === "aws:sqs/queue:Queue");
  const [file] = readdirSync(own.folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /aws-sqs-queue-.*\.json$/.test(path));
  const text = readFileSync(file ?? "", "utf8");
  writeFileSync(file ?? "", text.replaceAll(`"stack": "${own.stack}"`, `"stack": "${stack}"`));
  const { code, out } = await start("sweep", "--open", "none").ended;
  expect(code, out).toBe(2);
  const [found] = last(out).vendors;
  expect(found).toMatchObject({ removed: [], left: [], doubted: [{ thing: { stack } }] });
  expect(inventory.held().some(({ id }) => id === queue?.id)).toBe(true);
});

test("a kind that Cloud Control is not asked for is told, and fails the sweep", async () => {
  const { held } = inventory;
  const arn = "arn:aws:rds:eu-central-1:111122223333:db-proxy:prx-0123456789abcdef0";
  const tags = { app: "pulse", stack, "managed-by": "rung" };
  const [any] = held();
  if (!any) throw new Error("nothing is held");
  const proxy = { ...any, type: "aws:rds/proxy:Proxy", id: "proxy", inputs: {}, outputs: { arn, tags } };
  Object.assign(inventory, { held: () => [...held(), proxy] });
  const { code, out } = await start("sweep", "--open", "none").ended;
  Object.assign(inventory, { held });
  expect(code, out).toBe(1);
  expect(last(out).left).toEqual(["AWS db-proxy:prx-0123456789abcdef0"]);
});
