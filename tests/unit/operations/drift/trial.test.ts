import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mendTrial, trial } from "../../../../operations/drift/trial.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rung-trial-"));
  file = join(folder, "spec.ts");
  writeFileSync(file, "before", { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const now = () => readFileSync(file, "utf8");

test("a trial that is good stays, with the file's mode; another, and one that throws, leaves no trace", async () => {
  const seen: string[] = [];
  const look = async () => seen.push(now());
  expect(await trial(file, "bad", look, () => false, folder)).toBeUndefined();
  expect(now()).toBe("before");
  await expect(
    trial(
      file,
      "worse",
      () => Promise.reject(new Error("no")),
      () => true,
      folder,
    ),
  ).rejects.toThrow("no");
  expect(now()).toBe("before");
  expect(await trial(file, "good", look, () => true, folder)).toBe(2);
  expect({ now: now(), mode: statSync(file).mode & 0o777 }).toEqual({ now: "good", mode: 0o600 });
  expect(seen).toEqual(["bad", "good"]);
  expect(await mendTrial(folder)).toBeUndefined();
});

/** A process in the middle of a trial. */
async function inTrial() {
  const script = `
    import { trial } from ${JSON.stringify(join(import.meta.dirname, "../../../../operations/drift/trial.ts"))};
    const wait = () => new Promise((done) => { console.log("in it"); setTimeout(done, 60_000); });
    await trial(${JSON.stringify(file)}, "tried", wait, () => true, ${JSON.stringify(folder)});`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((begun) => child.stdout.once("data", begun));
  const ended = new Promise((done) => child.once("close", done));
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { kill };
}

test("interrupted, the file is as it was", async () => {
  const child = await inTrial();
  expect(now()).toBe("tried");
  await child.kill("SIGINT");
  expect(now()).toBe("before");
});

test("killed, the next one puts it right; while it lives, no other begins", async () => {
  const child = await inTrial();
  await expect(
    trial(
      file,
      "mine",
      async () => 1,
      () => true,
      folder,
    ),
  ).rejects.toThrow("another rung drift --accept");
  await child.kill("SIGKILL");
  expect(now()).toBe("tried");
  expect(await mendTrial(folder)).toBe(file);
  expect(now()).toBe("before");
});

test("what somebody wrote after the kill is theirs", async () => {
  const child = await inTrial();
  await child.kill("SIGKILL");
  writeFileSync(file, "theirs");
  expect(await mendTrial(folder)).toBeUndefined();
  expect(now()).toBe("theirs");
});
