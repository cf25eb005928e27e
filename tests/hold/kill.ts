import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { ask, containers, docker } from "../local/docker.ts";
import { mustRung, root, rung, startRung } from "../support/rung.ts";
import type { TestStack } from "../support/stack.ts";
import { imageFrom, output } from "./images.ts";

/** What is killed in a round: the command, the engine under it, or one of the stack's containers. */
const victims = ["rung", "engine", "container"] as const;

/**
 * Rounds of an `up` that changes the app's image and the size, killed with SIGKILL at a random moment, then `up` again. After each the stack
 * must be whole: every container known to the state and healthy, none beside it.
 * @throws the first expectation that does not hold, naming the round
 */
export async function killSweep(own: TestStack, rounds: number): Promise<void> {
  const image = await output(own, "image");
  for (let round = 1; round <= rounds; round += 1) {
    const victim = victims[round % victims.length] ?? "rung";
    const after = Math.round(Math.random() * 9000);
    const told = `round ${round}: ${victim} killed after ${after} ms`;
    const size = round % 2 === 0 ? "small" : "medium";
    await own.set({ size, image: await imageFrom(image, `LABEL round=${round}-${Date.now()}`) });
    const up = startRung(["up", "--stack", own.stack]);
    await sleep(after);
    await kill(victim, up, own);
    await up.ended;
    const again = await rung("up", "--stack", own.stack);
    expect(again.code, `${told}\n${again.out}\n${again.err}`).toBe(0);
    const status = JSON.parse((await rung("status", "--json", "--stack", own.stack)).out);
    expect(status.healthy, `${told}\n${JSON.stringify(status, null, 2)}`).toBe(true);
    await expectNothingBeside(own, told);
    expect((await ask(own, "/api/ready")).status, told).toBe(200);
  }
  await own.set({});
  await mustRung("up", "--stack", own.stack);
}

async function kill(victim: (typeof victims)[number], up: ReturnType<typeof startRung>, own: TestStack) {
  if (victim === "rung") up.kill("SIGKILL");
  else if (victim === "engine") {
    const pid = await readFile(join(root, ".rung", "runs", own.stack, "engine.pid"), "utf8").catch(() => "");
    try {
      if (pid) process.kill(Number(pid), "SIGKILL");
    } catch {
      // it had ended by itself
    }
  } else {
    const running = (await containers(own)).filter(({ State }) => State.Status === "running");
    const one = running[Math.floor(Math.random() * running.length)];
    // it may be gone by now: the update removes containers, too
    if (one) await docker("kill", "--signal", "KILL", one.Id).catch(() => {});
  }
}

/** Every container of the stack is in its state, and every one of the state is there. */
async function expectNothingBeside(own: TestStack, told: string): Promise<void> {
  const file = join(root, ".rung", "state", ".pulumi", "stacks", "rung", `${own.stack}.json`);
  const { resources, pending_operations: pending } = JSON.parse(await readFile(file, "utf8")).checkpoint
    .latest;
  const known = resources
    .filter(({ type }: { type: string }) => type === "docker:index/container:Container")
    .map(({ id }: { id: string }) => id);
  expect((await containers(own)).map(({ Id }) => Id).toSorted(), told).toEqual(known.toSorted());
  expect(pending ?? [], told).toEqual([]);
}
