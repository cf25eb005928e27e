import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withStackLock } from "../../../engine/lock.ts";
import { paths } from "../../../engine/paths.ts";
import { scratchFolder } from "./scratch.ts";

/** No stack of this clone is called that. */
const stack = `lock-test-${process.pid}`;
const children: ChildProcess[] = [];
let state = "";

beforeEach(() => {
  state = scratchFolder();
  vi.stubEnv("PULUMI_BACKEND_URL", pathToFileURL(state).href);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(paths.locks, `${stack}.lock`), { force: true });
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** The lock that an engine keeps in a file backend. */
function engineLock(pid: number, host = hostname()): string {
  const folder = join(state, ".pulumi", "locks", "organization", "rung", stack);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "0c8a.json");
  writeFileSync(
    file,
    JSON.stringify({ pid, hostname: host, username: "someone", timestamp: "2026-01-02T03:04:05Z" }),
  );
  return file;
}

/** A living process by that name. */
function processNamed(name: string): number {
  const program = join(scratchFolder(), name);
  copyFileSync("/bin/sleep", program);
  const child = spawn(program, ["60"], { stdio: "ignore" });
  children.push(child);
  if (!child.pid) throw new Error(`${name} was not started`);
  return child.pid;
}

const take = (wait: number, onWait: (text: string) => void = () => {}) =>
  withStackLock(stack, { wait, onWait }, async () => "mine");

describe("the lock of a stack", () => {
  test("is taken where nobody has it", async () => {
    expect(await take(0)).toBe("mine");
    expect(existsSync(join(paths.locks, `${stack}.lock`))).toBe(true);
  });

  test("frees what a killed engine left", async () => {
    const file = engineLock(2 ** 22 - 3);
    const told: string[] = [];
    expect(await take(0, (text) => told.push(text))).toBe("mine");
    expect(existsSync(file)).toBe(false);
    expect(told.join()).toContain("killed");
  });

  test("frees it too when the pid is another program's by now", async () => {
    const file = engineLock(processNamed("somebody"));
    expect(await take(0)).toBe("mine");
    expect(existsSync(file)).toBe(false);
  });

  test.runIf(process.platform === "linux")("never races an engine that lives", async () => {
    const pid = processNamed("pulumi");
    const file = engineLock(pid);
    await expect(take(0)).rejects.toThrow(String(pid));
    expect(existsSync(file)).toBe(true);
  });

  test.runIf(process.platform === "linux")("waits for an engine that outlived its rung", async () => {
    engineLock(processNamed("pulumi"));
    const told: string[] = [];
    const mine = take(20, (text) => told.push(text));
    setTimeout(() => children[0]?.kill("SIGKILL"), 600);
    expect(await mine).toBe("mine");
    expect(told[0]).toContain("outlived");
  });

  test("leaves alone what another machine holds", async () => {
    const file = engineLock(1, "elsewhere");
    await expect(take(0)).rejects.toThrow("someone@elsewhere");
    expect(existsSync(file)).toBe(true);
  });

  test("is refused to a second writer at once when that is asked for", async () => {
    const second = withStackLock(stack, { wait: 0 }, () => take(0));
    await expect(second).rejects.toThrow(`the stack ${stack} is in use`);
  });
});
