import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { ask, containers, docker } from "../local/docker.ts";
import { root, rung, startRung } from "../support/rung.ts";
import { type TestStack, testStack } from "../support/stack.ts";

let own: TestStack | undefined;

afterAll(() => own?.remove());

/** Early, when networks, volumes and passwords are made; and later, when containers are. */
test.each([
  ["the engine", 3500],
  ["rung itself", 9000],
])(
  "%s killed %i ms into the very first up: the next one completes, and nothing is left over",
  async (victim, after) => {
    own = await testStack();
    const first = startRung(["up", "--stack", own.stack]);
    await sleep(after);
    if (victim === "rung itself") first.kill("SIGKILL");
    else await killEngine(own);
    await first.ended;

    const again = await rung("up", "--stack", own.stack);
    expect(again.code, `${again.out}\n${again.err}`).toBe(0);
    expect((await rung("status", "--stack", own.stack)).code).toBe(0);
    expect((await ask(own, "/api/ready")).status).toBe(200);
    expect((await containers(own)).length).toBe(15);

    const { stack } = own;
    await own.remove();
    own = undefined;
    for (const kind of ["container", "volume", "network"]) {
      const all = kind === "container" ? ["--all"] : [];
      expect(await docker(kind, "ls", ...all, "--quiet", "--filter", `name=pulse-${stack}`), kind).toBe("");
    }
  },
);

/** On the ports that the settings have by themselves, which another stack may hold. */
test.skipIf(!(await isFree(8443)) || !(await isFree(8080)))(
  "a stack without settings is begun by --stage, which is written down",
  async () => {
    own = await testStack();
    const file = join(root, own.file);
    await rm(file);
    const first = startRung(["up", "--stack", own.stack, "--stage", "local"]);
    await vi.waitFor(async () => expect(await readFile(file, "utf8")).toContain("rung:stage: local"), 60_000);
    first.kill("SIGINT");
    const { code, err } = await first.ended;
    expect(code, err).not.toBe(0);
    await own.remove();
    own = undefined;
  },
);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

async function killEngine({ stack }: TestStack): Promise<void> {
  const pid = await readFile(join(root, ".rung", "runs", stack, "engine.pid"), "utf8").catch(() => "");
  try {
    if (pid) process.kill(Number(pid), "SIGKILL");
  } catch {
    // it had ended by itself
  }
}
