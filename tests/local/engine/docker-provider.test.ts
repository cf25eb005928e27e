import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PulumiRun } from "../../../engine/pulumi.ts";
import { ensureToolchain } from "../../../engine/toolchain.ts";
import { changesIn, errorsIn, nameOfUrn } from "../../../operations/rehearse/events.ts";
import { makeWorkspace, stack, type Workspace } from "../../../operations/rehearse/workspace.ts";
import type { Settings } from "./programs/docker.ts";

/** The docker provider under the real Pulumi engine, against the real Docker Engine. */
const execute = promisify(execFile);
const docker = async (...args: string[]): Promise<string> => (await execute("docker", args)).stdout.trim();

let workspace: Workspace;
let prefix: string;

beforeEach(async () => {
  prefix = `rung-test-${randomBytes(3).toString("hex")}`;
  workspace = await makeWorkspace(await ensureToolchain(), {
    program: join(import.meta.dirname, "programs", "docker.ts"),
    checkpoints: true,
    // A rehearsal plays Docker: here it is the provider itself that is meant.
    real: ["docker"],
  });
});

afterEach(async () => {
  await pulumi("destroy");
  const left = [...(await mine("container")), ...(await mine("volume")), ...(await mine("network"))];
  for (const id of await mine("container")) await docker("rm", "-f", "-v", id);
  for (const id of await mine("volume")) await docker("volume", "rm", id);
  for (const id of await mine("network")) await docker("network", "rm", id);
  await workspace.remove();
  expect(left, "what a destroy left behind").toEqual([]);
});

/** Ids of everything in Docker with this test's label. */
async function mine(kind: "container" | "volume" | "network"): Promise<string[]> {
  const list = kind === "container" ? ["ps", "-a"] : [kind, "ls"];
  const found = await docker(...list, "-q", "--filter", `label=dev.rung.test=${prefix}`);
  return found.split("\n").filter(Boolean);
}

const imports = (...args: string[]) =>
  workspace.ask(["import", "--stack", stack, "--yes", "--protect=false", "--generate-code=false", ...args]);

async function pulumi(command: PulumiRun["command"], ...args: string[]) {
  const done = await workspace.run(command, { args });
  const changes = changesIn(done.events).map(({ name, operation, paths }) => ({ name, operation, paths }));
  // A refresh says what it found only when it has looked.
  const found = done.events.flatMap(({ resOutputsEvent }) => {
    const { op, urn } = resOutputsEvent?.metadata ?? { op: "same", urn: "" };
    return ["same", "refresh", "read"].includes(op) ? [] : [`${nameOfUrn(urn)}: ${op}`];
  });
  return { ...done, changes, found, errors: errorsIn(done.diagnostics).join("\n") };
}

const settle = (settings: Settings): Promise<void> =>
  workspace.settle({ "rung:prefix": prefix, "rung:settings": JSON.stringify(settings) });

async function up(settings: Settings) {
  await settle(settings);
  return pulumi("up");
}

const inspect = async (name: string) => JSON.parse(await docker("inspect", name))[0];
const main = () => `${prefix}-main`;

test("up makes it, a second preview and a refresh find nothing to do", async () => {
  expect((await up({})).code).toBe(0);
  const found = await inspect(main());
  expect(found.State.Health.Status).toBe("healthy");
  expect(found.HostConfig).toMatchObject({
    Memory: 64 * 2 ** 20,
    NanoCpus: 5e8,
    CapDrop: ["ALL"],
    Init: true,
  });
  expect(Object.keys(found.NetworkSettings.Networks).toSorted()).toEqual([
    expect.stringMatching(/^other-[0-9a-f]{7}$/),
    `${prefix}-network`,
  ]);
  expect(await docker("exec", "-u", "0", main(), "stat", "-c", "%a %s", "/etc/greeting")).toBe("600 30");
  expect((await pulumi("preview")).changes).toEqual([]);
  expect((await pulumi("refresh")).found).toEqual([]);
});

test("memory changes in place, the environment by replacement", async () => {
  await up({});
  const { Id, State } = await inspect(main());
  const resized = await up({ memory: 96 });
  expect(resized.changes).toEqual([{ name: "main", operation: "update", paths: ["memory", "memorySwap"] }]);
  const after = await inspect(main());
  expect([after.Id, after.State.StartedAt, after.HostConfig.Memory]).toEqual([
    Id,
    State.StartedAt,
    96 * 2 ** 20,
  ]);

  const greeted = await up({ memory: 96, greeting: "good day" });
  expect(greeted.changes).toEqual([{ name: "main", operation: "replace", paths: ["envs"] }]);
  const replaced = await inspect(main());
  expect(replaced.Id).not.toBe(Id);
  expect(replaced.Config.Env).toContain("GREETING=good day");
});

test("with a made-up name the new one is there before the old one goes", async () => {
  await up({ named: false });
  const before = await mine("container");
  await up({ named: false, greeting: "good day" });
  const after = await mine("container");
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
  const failed = await up({ named: false, greeting: "good night", healthy: ["CMD", "false"] });
  expect(failed.code).not.toBe(0);
  expect(await mine("container"), "the old one goes on").toEqual(after);
});

test("a container removed by hand is gone in a refresh, and up makes it again", async () => {
  await up({});
  await docker("rm", "-f", main());
  const refreshed = await pulumi("refresh");
  expect(refreshed.found).toEqual(["main: delete"]);
  expect((await up({})).changes.map(({ name, operation }) => [name, operation])).toEqual([
    ["main", "create"],
  ]);
});

test("what was altered by hand shows, exactly, and up mends it", async () => {
  await up({});
  await docker("stop", main());
  await docker("update", "--memory", "80m", "--memory-swap", "80m", main());
  await docker("network", "disconnect", `${prefix}-network`, main());
  await pulumi("refresh");
  const preview = await pulumi("preview");
  expect(preview.changes).toEqual([
    { name: "main", operation: "replace", paths: ["memory", "memorySwap", "mustRun", "networksAdvanced"] },
  ]);
  await up({});
  expect((await inspect(main())).State.Running).toBe(true);
  expect((await pulumi("preview")).changes).toEqual([]);
});

test("one made again by hand with the same labels shows its differences", async () => {
  await up({});
  await docker("rm", "-f", main());
  await docker(
    "run",
    "-d",
    "--name",
    main(),
    "--label",
    `dev.rung.test=${prefix}`,
    "rung/debian:trixie",
    "sleep",
    "600",
  );
  await pulumi("refresh");
  const [change] = (await pulumi("preview")).changes;
  expect(change).toMatchObject({ name: "main", operation: "replace" });
  expect(change?.paths).toEqual(expect.arrayContaining(["command", "envs", "memory", "networksAdvanced"]));
  expect(change?.paths).not.toEqual(expect.arrayContaining(["labels"]));
  await up({});
  expect((await pulumi("preview")).changes).toEqual([]);
});

test("import by id gives inputs that fit", async () => {
  await settle({});
  const id = await docker(
    "run",
    "-d",
    "--name",
    main(),
    "--label",
    `dev.rung.test=${prefix}`,
    "-m",
    "70m",
    "rung/debian:trixie",
    "sleep",
    "600",
  );
  await docker("volume", "create", "--label", `dev.rung.test=${prefix}`, `${prefix}-data`);
  const imported = await imports("docker:index/container:Container", "main", id);
  expect(imported.code, imported.stderr).toBe(0);
  const { stdout: output } = await workspace.ask(["stack", "export", "--stack", stack]);
  const held = JSON.parse(output.slice(output.indexOf("{"))).deployment.resources;
  const { inputs } = held.find((one: { id?: string }) => one.id === id);
  expect(inputs).toMatchObject({
    name: main(),
    image: "rung/debian:trixie",
    command: ["sleep", "600"],
    memory: 70,
  });
  expect(inputs).not.toHaveProperty("envs");
  const volume = ["docker:index/volume:Volume", "data", `${prefix}-data`];
  expect((await imports(...volume)).code).toBe(0);
});

test("a container that never gets healthy fails the update with its last lines, masked, and is not left", async () => {
  const command = [
    "sh",
    "-c",
    'echo "starting with $PASSWORD"; cat /etc/greeting; echo; echo no database; sleep 60',
  ];
  const failed = await up({ command, healthy: ["CMD", "sh", "-c", "echo not ready; exit 1"] });
  expect(failed.code).not.toBe(0);
  expect(failed.errors).toMatch(/did not get healthy: it was unhealthy after [\d.]+ s/);
  expect(failed.errors).toContain("| no database");
  expect(failed.errors).toContain("starting with [secret]");
  expect(failed.errors).toMatch(/health check: exit code 1, not ready/);
  expect(await mine("container")).toEqual([]);
  const ended = await up({ command: ["sh", "-c", "echo cannot; exit 3"] });
  expect(ended.errors).toMatch(/ended 3 times .* exit code 3/);
  expect(ended.errors).toContain("| cannot");
});

test("a container that runs once: its output, and its exit code as a failure", async () => {
  const done = await up({ once: ["sh", "-c", "echo did it with $PASSWORD"] });
  expect(done.code, done.errors).toBe(0);
  const { stdout: output } = await workspace.ask([
    "stack",
    "output",
    "logs",
    "--show-secrets",
    "--stack",
    stack,
  ]);
  expect(output.trim()).toBe("did it with [secret]");
  expect((await pulumi("preview")).changes).toEqual([]);
  const failed = await up({ once: ["sh", "-c", "echo gone wrong; exit 7"] });
  expect(failed.errors).toMatch(/ended with exit code 7[\s\S]*\| gone wrong/);
});

test("an image is built again when its trigger changes, and a failed build says why", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rung-build-"));
  try {
    const dockerfile = (line: string) =>
      writeFile(join(folder, "Dockerfile"), `FROM rung/debian:trixie\nARG SECRET\n${line}\n`);
    await dockerfile("RUN echo one > /made");
    const first = await up({ build: folder, trigger: "1" });
    expect(first.code, first.errors).toBe(0);
    expect(await docker("exec", main(), "cat", "/made")).toBe("one");
    await dockerfile("RUN echo two > /made");
    expect((await pulumi("preview")).changes).toEqual([]);
    const second = await up({ build: folder, trigger: "2" });
    expect(second.changes.map(({ name, operation }) => [name, operation])).toEqual([
      ["main", "replace"],
      ["built", "replace"],
    ]);
    expect(await docker("exec", main(), "cat", "/made")).toBe("two");
    await dockerfile("RUN echo about to fail $SECRET && false");
    const failed = await up({ build: folder, trigger: "3" });
    expect(failed.errors).toMatch(/could not build the image/);
    expect(failed.errors).toContain("about to fail [secret]");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("secrets are in no label, and not in the clear in the state", async () => {
  await up({});
  const { stdout: output } = await workspace.ask([
    "stack",
    "output",
    "password",
    "--show-secrets",
    "--stack",
    stack,
  ]);
  const password = output.trim();
  expect(password).toHaveLength(24);
  const { stdout: state } = await workspace.ask(["stack", "export", "--stack", stack]);
  expect(state).not.toContain(password);
  expect(JSON.stringify((await inspect(main())).Config.Labels)).not.toContain(password);
});

test("a container, volume or network of the same name that is another's is an error that names it", async () => {
  await docker(
    "run",
    "-d",
    "--name",
    main(),
    "--label",
    "owner=someone",
    "rung/debian:trixie",
    "sleep",
    "600",
  );
  try {
    const refused = await up({});
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain(`a container named "${main()}" is there already`);
  } finally {
    await docker("rm", "-f", main());
  }
});

test("kill -9 of the engine while a container is made: the next up completes, and nothing is orphaned", async () => {
  await settle({ healthy: ["CMD", "sh", "-c", "sleep 1"] });
  for (let round = 0; round < 3; round++) {
    const engine = begin();
    const killed = new Promise((resolve) => engine.on("exit", resolve));
    const until = Date.now() + 30_000;
    while ((await mine("container")).length === 0 && Date.now() < until) await sleep(30);
    await sleep(round * 150);
    engine.kill("SIGKILL");
    await killed;
    await sleep(800);
    await workspace.ask(["cancel", stack, "--yes"]);
  }
  const completed = await up({});
  expect(completed.code, completed.errors).toBe(0);
  expect(await mine("container")).toHaveLength(1);
  expect((await inspect(main())).State.Health.Status).toBe("healthy");
});

test("Ctrl-C while a container gets healthy ends the update soon, and leaves none half-made", async () => {
  await settle({ healthy: ["CMD", "sh", "-c", "sleep 30"] });
  const engine = begin();
  const ended = new Promise((resolve) => engine.on("exit", resolve));
  while ((await mine("container")).length === 0) await sleep(50);
  engine.kill("SIGINT");
  expect(await Promise.race([ended, sleep(10_000)])).not.toBe(0);
  expect(engine.exitCode).not.toBeNull();
  expect(await mine("container")).toEqual([]);
});

test("without Docker there is one clear error", async () => {
  await settle({});
  const env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
  const done = await workspace.run("up", { env });
  expect(done.code).not.toBe(0);
  expect(errorsIn(done.diagnostics).join("\n")).toContain(
    "Docker is not running at unix:///nowhere/docker.sock: start Docker",
  );
});

/** An update under way, to be interrupted. */
const begin = () =>
  spawn(
    workspace.toolchain.pulumi,
    ["up", "--yes", "--skip-preview", "--stack", stack, "--non-interactive"],
    {
      cwd: workspace.project,
      env: { ...process.env, ...workspace.toolchain.env() },
      stdio: "ignore",
    },
  );

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
