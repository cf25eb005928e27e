import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { paths } from "../../../engine/paths.ts";
import { root } from "../../support/rung.ts";

const stack = `writers-test-${process.pid}`;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rung-writers-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const end of ["", ".holder"]) rmSync(join(paths.locks, `${stack}.lock${end}`), { force: true });
});

/** A process that wants to write so many times. */
function writer(rounds: number) {
  const program = join(root, "tests", "support", "writer.ts");
  const child = spawn(process.execPath, [program, stack, join(folder, "writing"), String(rounds)], {
    env: { ...process.env, PULUMI_BACKEND_URL: pathToFileURL(folder).href },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const seen = { rounds: 0 };
  child.stdout.on("data", (dots: Buffer) => {
    seen.rounds += dots.length;
  });
  return { child, seen, ended: once(child, "exit").then(([code]) => code as number | null) };
}

test("two writers, 1,000 times each: never both at once", async () => {
  const both = [writer(1000), writer(1000)];
  expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
  expect(both.map(({ seen }) => seen.rounds)).toEqual([1000, 1000]);
});

test("a holder that is killed, 20 times: the other goes on at once, and never beside a living one", async () => {
  const survivor = writer(10_000);
  const file = join(folder, "writing");
  for (let round = 0; round < 20; round += 1) {
    const victim = writer(10_000);
    while (victim.seen.rounds < 2 + (round % 3)) await sleep(5);
    victim.child.kill("SIGSTOP"); // it lives: if it holds the lock, nobody else gets it
    await sleep(50);
    const [held, before] = [existsSync(file), survivor.seen.rounds];
    await sleep(150);
    const holds = held && survivor.seen.rounds === before;
    // what a dead writer leaves of its work is not the lock's matter
    if (holds) rmSync(file, { force: true });
    victim.child.kill("SIGKILL");
    await victim.ended;
    const after = survivor.seen.rounds;
    await expect.poll(() => survivor.seen.rounds, { timeout: 60_000 }).toBeGreaterThan(after + 1);
    expect(survivor.child.exitCode, `round ${round}`).toBeNull();
  }
  survivor.child.kill("SIGKILL");
  await survivor.ended;
});
