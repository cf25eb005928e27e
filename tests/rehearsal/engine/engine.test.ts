import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { withStackLock } from "../../../engine/lock.ts";
import { paths, root } from "../../../engine/paths.ts";
import { descendantsOf, isAlive } from "../../../engine/processes.ts";
import { type PulumiRun, runPulumi } from "../../../engine/pulumi.ts";
import { runningEngine } from "../../../engine/runLog.ts";
import { ensureToolchain, type Toolchain } from "../../../engine/toolchain.ts";

/** No stack of this clone is called that. */
const stack = `engine-test-${process.pid}`;
const folder = realpathSync(mkdtempSync(join(tmpdir(), "rung-engine-test-")));
let toolchain: Toolchain;

beforeAll(async () => {
  const state = join(folder, "state");
  mkdirSync(state);
  vi.stubEnv("PULUMI_BACKEND_URL", pathToFileURL(state).href);
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "only of this test");
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: rung\nmain: index.ts\nruntime: {name: nodejs, options: {typescript: false}}\n",
  );
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  symlinkSync(paths.modules, join(folder, "node_modules"));
  toolchain = await ensureToolchain();
  const init = spawn(
    toolchain.pulumi,
    ["stack", "init", stack, "--no-select", "-C", folder, "--non-interactive"],
    {
      env: { ...process.env, ...toolchain.env() },
      stdio: "ignore",
    },
  );
  expect((await once(init, "exit"))[0]).toBe(0);
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(paths.runs, stack), { recursive: true, force: true });
  rmSync(join(paths.locks, `${stack}.lock`), { force: true });
});

/** Runs the engine on a program. */
function up(program: string, more: Partial<PulumiRun> = {}) {
  writeFileSync(join(folder, "index.ts"), program);
  return runPulumi({ toolchain, command: "up", stack, args: ["-C", folder], ...more });
}

const isPid = (pid: number | undefined): pid is number => pid !== undefined;

test("a program in TypeScript runs without a build, and what it says arrives", async () => {
  const { result, changes, diagnostics } = await up(`
    import * as pulumi from "@pulumi/pulumi";
    interface Named { readonly name: string }
    const it: Named = { name: "typed" };
    console.log("to stdout");
    pulumi.log.warn("to the log");
    export const name = it.name;
  `);
  expect({ result, create: changes.create }).toEqual({ result: "succeeded", create: 1 });
  expect(diagnostics).toContainEqual(expect.objectContaining({ severity: "info", message: "to stdout" }));
  expect(diagnostics).toContainEqual(expect.objectContaining({ severity: "warning", message: "to the log" }));
});

test("a program that throws is told with the line, and without colour marks", async () => {
  const { code, result, diagnostics } = await up('\n\nthrow new Error("on purpose");\n');
  expect({ code, result }).toEqual({ code: 1, result: "failed" });
  const said = diagnostics.map(({ message }) => message).join("\n");
  expect(said).toContain("Error: on purpose");
  expect(said).toMatch(/index\.ts:3:\d+/);
  expect(said).not.toContain("\u001b");
});

const slow = "await new Promise((resolve) => setTimeout(resolve, 6000));\nexport const done = true;\n";

test("a run that is stopped ends soon, as cancelled", async () => {
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(), 2500);
  const { result, seconds } = await up(slow, { signal: stopping.signal });
  expect(result).toBe("canceled");
  expect(seconds).toBeLessThan(6);
});

test("a run that is killed leaves no process, and the next one is not kept out", async () => {
  const killing = new AbortController();
  const running = up(slow, { kill: killing.signal });
  await sleep(2500);
  const engine = await runningEngine(stack);
  const all = [engine, ...(await descendantsOf(engine ?? 0))].filter(isPid);
  expect(all.length).toBeGreaterThan(1);
  killing.abort();
  expect((await running).result).toBe("canceled");
  await expect.poll(() => Promise.all(all.map(isAlive))).toEqual(all.map(() => false));
  const next = await withStackLock(stack, { wait: 0 }, () => up("export const done = true;\n"));
  expect(next.result).toBe("succeeded");
});

test("an engine whose rung was killed ends its work, and the next writer waits for it", async () => {
  writeFileSync(join(folder, "index.ts"), slow);
  const module = (name: string) => JSON.stringify(pathToFileURL(join(root, "engine", name)).href);
  const program = `
    const { ensureToolchain } = await import(${module("toolchain.ts")});
    const { runPulumi } = await import(${module("pulumi.ts")});
    const given = { command: "up", stack: ${JSON.stringify(stack)}, args: ["-C", ${JSON.stringify(folder)}] };
    await runPulumi({ toolchain: await ensureToolchain(), ...given });`;
  const rung = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "ignore" });
  await expect.poll(() => runningEngine(stack), { timeout: 10_000 }).toBeDefined();
  await sleep(1500);
  rung.kill("SIGKILL");
  const told: string[] = [];
  const next = await withStackLock(stack, { onWait: (text) => told.push(text) }, () =>
    up("export const done = 2;\n"),
  );
  expect(told[0]).toContain("outlived its rung");
  expect(next.result).toBe("succeeded");
});
