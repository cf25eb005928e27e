import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { LockedError, withFileLock } from "../../../engine/fileLock.ts";
import { repository, scratchFolder } from "./scratch.ts";

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Another process that takes the lock, says so, and keeps it. */
async function holdElsewhere(file: string): Promise<ChildProcess> {
  const module = pathToFileURL(join(repository, "engine", "fileLock.ts")).href;
  const program = `
    const { withFileLock } = await import(${JSON.stringify(module)});
    await withFileLock(${JSON.stringify(file)}, { doing: "holding", waitSeconds: 0 }, async () => {
      console.log("held");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const died = once(child, "exit").then(() => Promise.reject(new Error("the holder ended at once")));
  await Promise.race([once(child.stdout, "data"), died]);
  died.catch(() => {}); // it is killed in the end
  return child;
}

const now = { doing: "testing", waitSeconds: 0 };

describe("a lock", () => {
  test("is refused to another process while it is held, naming the holder", async () => {
    const file = join(scratchFolder(), "lock");
    const child = await holdElsewhere(file);
    const refused = await withFileLock(file, now, async () => "mine").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LockedError);
    expect((refused as LockedError).holder).toMatchObject({ pid: child.pid, doing: "holding" });
  });

  test("is free the moment its holder is killed", async () => {
    const file = join(scratchFolder(), "lock");
    const child = await holdElsewhere(file);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await withFileLock(file, now, async () => "mine")).toBe("mine");
  });

  test("is waited for, and the wait is told once", async () => {
    const file = join(scratchFolder(), "lock");
    const child = await holdElsewhere(file);
    const waits: (number | undefined)[] = [];
    const mine = withFileLock(
      file,
      { doing: "testing", waitSeconds: 20, onWait: (holder) => waits.push(holder?.pid) },
      async () => "mine",
    );
    setTimeout(() => child.kill("SIGKILL"), 500);
    expect(await mine).toBe("mine");
    expect(waits).toEqual([child.pid]);
  });

  test("lets one at a time through, within a process too", async () => {
    const file = join(scratchFolder(), "lock");
    let inside = 0;
    let most = 0;
    const enter = () =>
      withFileLock(file, { doing: "testing", waitSeconds: 20 }, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside -= 1;
      });
    await Promise.all([enter(), enter(), enter()]);
    expect(most).toBe(1);
  });

  test("is given back when the work fails", async () => {
    const file = join(scratchFolder(), "lock");
    const failing = withFileLock(file, now, async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await withFileLock(file, now, async () => "again")).toBe("again");
  });
});
