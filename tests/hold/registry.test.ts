import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { dockerClient } from "../../engine/docker.ts";
import { appHash, tagOf } from "../../operations/image/build.ts";
import { digestOf, push } from "../../operations/image/registry.ts";
import { type AwsAccount, awsAccount } from "../support/awsWorld.ts";
import { type HostedStack, hostedStack } from "../support/hostedRung.ts";
import { type Registry, startRegistry } from "../support/registry.ts";

/** The app's image on its way to a hosted stage: a real build, a real registry; stand-ins for the vendors. */
const user = "ci";
const password = "correct-horse-battery-staple";
const login = { RUNG_REGISTRY_USER: user, RUNG_REGISTRY_PASSWORD: password };

let registry: Registry;
const stacks: HostedStack[] = [];

beforeAll(async () => {
  registry = await startRegistry({ user, password });
});
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.remove();
});
afterAll(() => registry.stop());

async function onHetzner(env: Readonly<Record<string, string>> = login): Promise<HostedStack> {
  const { serveCoolify } = await import("../../engine/servers/coolify/index.ts");
  const stack = await hostedStack("hetzner-coolify", {
    settings: { "rung:registry": `${registry.host}/acme/pulse` },
    servers: async () => {
      const { url, token, stop } = await serveCoolify();
      return [{ env: { COOLIFY_API_URL: url, COOLIFY_API_TOKEN: token, ...env }, stop }];
    },
  });
  stacks.push(stack);
  return stack;
}

const imageOn = async (stack: HostedStack): Promise<string> =>
  JSON.parse((await stack.rung("status", "--json")).out).image;

/** The registry tells of each request when it is done. */
const pushes = (): number =>
  registry
    .log()
    .split("\n")
    .filter(
      (line) => /"http.request.method":"PUT"/.test(line) && /manifests.*"response completed"/.test(line),
    ).length;

/** Every command line of this machine, as long as `work` lasts. */
async function commandLines(work: Promise<unknown>): Promise<string> {
  const seen = new Set<string>();
  let over = false;
  const ended = work.finally(() => {
    over = true;
  });
  while (!over) {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
    for (const line of await Promise.all(lines)) seen.add(line);
    await sleep(20);
  }
  await ended;
  return [...seen].join("\n");
}

test("up builds the image and pushes it; another stack takes the same digest and builds nothing", async () => {
  const preview = await onHetzner();
  const first = preview.start("up");
  const lines = await commandLines(first.ended);
  const { code, out, err } = await first.ended;
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/image: pushed: .*acme\/pulse@sha256:/);
  const image = await imageOn(preview);
  expect(image).toMatch(new RegExp(`^${registry.host}/acme/pulse@sha256:[0-9a-f]{64}$`));
  const written = await preview.written();
  for (const text of [out, err, lines, written]) expect(text).not.toContain(password);
  expect(pushes()).toBe(1);

  const prod = await onHetzner();
  const later = await prod.rung("up");
  expect(later.code, later.err).toBe(0);
  expect(later.out).toContain("was there");
  expect(await imageOn(prod)).toBe(image);
  expect(pushes(), "nothing more was pushed").toBe(1);
});

test("a preview of what is there names the real digest, and pushes nothing", async () => {
  const before = pushes();
  const stack = await onHetzner();
  const { code, err } = await stack.rung("preview");
  expect(code, err).toBe(0);
  expect(pushes()).toBe(before);
});

test("a wrong password is an error that names the registry and the user, and nothing is made", async () => {
  const wrong = "wrong-horse-battery-staple";
  const stack = await onHetzner({ ...login, RUNG_REGISTRY_PASSWORD: wrong });
  const { code, out, err } = await stack.rung("up");
  expect(code).toBe(1);
  expect(err).toContain(`${registry.host}/acme/pulse: the registry refuses the login of ${user}`);
  expect(err).toContain(`docker login ${registry.host}, or set RUNG_REGISTRY_USER`);
  expect(out + err).not.toContain(wrong);
  expect(await stack.held()).toEqual([]);
});

test("without a login, what is missing is said; one that docker login kept is taken, helpers included", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rung-docker-"));
  const config = (value: object) => writeFile(join(folder, "config.json"), JSON.stringify(value));
  const stack = await onHetzner({ DOCKER_CONFIG: folder, PATH: `${folder}/bin:${process.env.PATH}` });
  const none = await stack.rung("up");
  expect(none.code).toBe(1);
  expect(none.err).toContain("the registry wants a login, and none is known");

  const auth = Buffer.from(`${user}:${password}`).toString("base64");
  await config({ auths: { [registry.host]: { auth } } });
  expect((await stack.rung("preview")).code).toBe(0);

  await mkdir(join(folder, "bin"));
  const helper = join(folder, "bin", "docker-credential-test");
  await config({ credHelpers: { [registry.host]: "test" } });
  await writeFile(
    helper,
    `#!/bin/sh\nread host; [ "$1 $host" = "get ${registry.host}" ] && echo '{"Username":"${user}","Secret":"${password}"}'\n`,
  );
  await chmod(helper, 0o755);
  const helped = await stack.rung("up");
  expect(helped.code, helped.err).toBe(0);
  expect(helped.out).toContain("was there");
  await rm(folder, { recursive: true });
});

test("on aws-ecs the first up makes the registry, then brings the image there, then makes the rest", async () => {
  const ecr = await startRegistry({ user: "AWS", password });
  const token = { endpoint: `http://${ecr.host}`, password: "expired" };
  let aws: AwsAccount | undefined;
  const stack = await hostedStack("aws-ecs", {
    servers: async (store) => {
      aws = await awsAccount(store, token);
      return [aws];
    },
  });
  stacks.push(stack);
  try {
    const name = `${ecr.host}/pulse-${stack.stack}-app`;
    const refused = await stack.rung("up");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`${name}: the registry refuses the login of AWS`);
    const types = new Set((await stack.held()).map(({ type }) => type));
    expect([...types].toSorted(), "the registry, and what it stands on").toEqual([
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      "aws:ecr/repository:Repository",
      "aws:kms/alias:Alias",
      "aws:kms/key:Key",
    ]);
    token.password = password;
    // As CI on such a machine would have pushed it: the same sources, the same tag.
    const tag = tagOf(await appHash("arm64"), "arm64");
    const repository = { name, login: { username: "AWS", password, serveraddress: ecr.host } };
    await push(await tinyImage(), repository, tag, () => {});
    const { code, err, out } = await stack.rung("up");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("was there");
    expect(await imageOn(stack)).toBe(`${name}@${await digestOf(repository, tag)}`);
    expect(aws?.seen).toContain("GetAuthorizationToken");
    expect(aws?.world.services()[0]?.image).toBe(await imageOn(stack));
  } finally {
    await ecr.stop();
  }
});

/** An image of next to nothing. */
async function tinyImage(): Promise<string> {
  const docker = await dockerClient();
  const stream = await docker.importImage(Buffer.alloc(1024) as never, { repo: "rung/test", tag: "tiny" });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
  return "rung/test:tiny";
}
