import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Sides } from "./side.ts";
import type { Pooler } from "./traffic.ts";

/** What the guardian needs to put traffic right by itself. */
export interface Guarded {
  readonly folder: string;
  readonly sides: Sides;
  readonly pooler: Pooler;
}

/** By environment: it holds passwords, and process lists are read by others. */
export const guardedVariable = "RUNG_GUARDED";

/** What stands guard over two sides that are reached by their addresses. */
const byAddress = join(import.meta.dirname, "guardianProcess.ts");

/**
 * Starts a process that outlives this one: if this one ends before it says that it is done, requests go on to the side
 * that the journal says serves. Nobody's requests wait for a person to run a command again.
 * @param guarded what `script` needs to reach both sides by itself
 * @param script calls `standGuard`
 * @returns what tells it that it is not needed any more
 */
export async function startGuardian<T extends object = Guarded>(
  guarded: T,
  script = byAddress,
): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [script], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, [guardedVariable]: JSON.stringify(guarded) },
  });
  await new Promise<void>((ready, failed) => {
    child.on("error", failed);
    child.on("exit", () => failed(new Error("the guardian did not start")));
    child.stdout.once("data", () => ready());
  });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  return async () => {
    child.stdin.end("done");
    await ended;
  };
}
