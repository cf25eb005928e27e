import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { type Kms, serveKms } from "../support/kms.ts";
import { type Objects, serveObjects } from "../support/objects.ts";
import { makeProject, type Project, type Ran, run } from "../support/project.ts";
import { root, startRung } from "../support/rung.ts";

/** Where plain `pulumi` may keep its state, and what it may encrypt with: see docs/pulumi.md. */
let project: Project;
let objects: Objects;
let kms: Kms;

beforeAll(async () => {
  project = await makeProject(await ensureToolchain(), []);
  mkdirSync(join(project.folder, "secret"));
  objects = await serveObjects(join(project.folder, "objects"), "state");
  kms = await serveKms();
  writeFileSync(
    join(project.folder, "secret", "Pulumi.yaml"),
    "name: secret\nmain: main.ts\nruntime: {name: nodejs, options: {typescript: false}}\n",
  );
  writeFileSync(join(project.folder, "secret", "package.json"), '{"type":"module"}\n');
  writeFileSync(
    join(project.folder, "secret", "main.ts"),
    `import * as random from "@pulumi/random";
    export const password = new random.RandomPassword("password", { length: 40, special: false }).result;\n`,
  );
});
afterAll(() => {
  kms?.stop();
  objects?.stop();
  project?.remove();
});

type Env = Readonly<Record<string, string>>;
const pulumi = (env: Env, ...args: string[]): Promise<Ran> =>
  run(join(project.folder, "secret"), { ...project.env, ...env }, "pulumi", [...args, "--non-interactive"]);

/** Up, then what the next one sees: the same password, and nothing to do. */
async function lives(env: Env, stack: string): Promise<string> {
  const up = await pulumi(env, "up", "-s", stack, "--yes", "--skip-preview");
  expect(up.code, up.out).toBe(0);
  const again = await pulumi(env, "preview", "-s", stack, "--expect-no-changes");
  expect(again.code, again.out).toBe(0);
  expect((await pulumi(env, "stack", "output", "password", "-s", stack)).out.trim()).toBe("[secret]");
  const shown = await pulumi(env, "stack", "output", "password", "-s", stack, "--show-secrets");
  expect(shown.out.trim()).toMatch(/^\w{40}$/);
  return shown.out.trim();
}

const filesWith = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, "utf8").includes(text));

function inBucket(): Env {
  const query = `endpoint=${objects.host}&disableSSL=true&s3ForcePathStyle=true&region=us-east-1`;
  return { ...objects.env, PULUMI_BACKEND_URL: `s3://state?${query}` };
}

test("S3: the state is an object in the bucket, and one writer keeps another out", async () => {
  const env = inBucket();
  expect((await pulumi(env, "stack", "init", "prod")).code).toBe(0);
  const password = await lives(env, "prod");
  expect(readdirSync(join(objects.bucket, ".pulumi", "stacks", "secret"))).toContain("prod.json");
  expect(filesWith(objects.bucket, password)).toEqual([]);

  const locks = join(objects.bucket, ".pulumi", "locks", "organization", "secret", "prod");
  mkdirSync(locks, { recursive: true });
  const lock = { pid: 1, username: "other", hostname: "ci", timestamp: "2026-11-21T12:00:00Z" };
  writeFileSync(join(locks, "00000000-0000-0000-0000-000000000000.json"), JSON.stringify(lock));
  const second = await pulumi(env, "up", "-s", "prod", "--yes", "--skip-preview");
  expect(second.out).toContain("the stack is currently locked by 1 lock(s)");
  expect((await pulumi(env, "cancel", "-s", "prod", "--yes")).code).toBe(0);
  expect((await pulumi(env, "up", "-s", "prod", "--yes", "--skip-preview")).code).toBe(0);
});

test("rung lives a life with its state in S3", async () => {
  const stack = `test-s3-${process.pid}`;
  const file = join(root, `Pulumi.${stack}.yaml`);
  // Of this stage no platform is asked beside the engine, whose credentials here are the bucket's.
  const settings = { ...rehearsalSettings("aws-eks", "medium"), "rung:protect": "true" };
  writeFileSync(file, stringify({ config: settings }));
  const rung = (...args: string[]) =>
    startRung([...args, "--stack", stack], { ...project.env, ...inBucket() }).ended;
  try {
    const up = await rung("up");
    expect(up.code, up.err).toBe(0);
    expect(readdirSync(join(objects.bucket, ".pulumi", "stacks", "rung"))).toContain(`${stack}.json`);
    const refused = await rung("preview", "--stage", "vercel-supabase");
    expect(refused.err).toContain("this stack lives on aws-eks");
    expect(refused.code).toBe(3);
    const quiet = await rung("refresh");
    expect(quiet.out).toContain("nothing differs from the state");
    const down = await rung("down", "--delete-data", "--yes");
    expect(down.code, down.err).toBe(0);
    expect(project.held(stack)).toEqual([]);
  } finally {
    rmSync(file, { force: true });
  }
});

test("KMS, by a stand-in: the key encrypts the state, and without it nothing is read", async () => {
  const key = await kms.createKey();
  const provider = `awskms:///${key}?region=us-east-1`;
  const init = await pulumi(kms.env, "stack", "init", "kms", "--secrets-provider", provider);
  expect(init.code, init.out).toBe(0);
  const settings = readFileSync(join(project.folder, "secret", "Pulumi.kms.yaml"), "utf8");
  expect(settings).toContain(`secretsprovider: ${provider}`);
  expect(settings).toMatch(/^encryptedkey: /m);
  const password = await lives({ ...kms.env, PULUMI_CONFIG_PASSPHRASE_FILE: "" }, "kms");
  expect(filesWith(join(project.home, "state"), password)).toEqual([]);
  const elsewhere = { ...kms.env, AWS_ENDPOINT_URL_KMS: "http://127.0.0.1:9" };
  const locked = await pulumi(elsewhere, "stack", "output", "password", "-s", "kms", "--show-secrets");
  expect(locked.code).not.toBe(0);
});

test("a stack goes from a passphrase to KMS, and keeps its secrets", async () => {
  expect((await pulumi(kms.env, "stack", "init", "moved")).code).toBe(0);
  const before = await lives(kms.env, "moved");
  const provider = `awskms:///${await kms.createKey()}?region=us-east-1`;
  const changed = await pulumi(kms.env, "stack", "change-secrets-provider", provider, "-s", "moved");
  expect(changed.code, changed.out).toBe(0);
  expect(await lives({ ...kms.env, PULUMI_CONFIG_PASSPHRASE_FILE: "" }, "moved")).toBe(before);
});
