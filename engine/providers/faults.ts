import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** What a provider does to a resource, and so where a fault may be put. */
export type Call = "create" | "update" | "delete" | "read";

type Phase = "before" | "after";
const format = /^(before|after):(create|update|delete|read|change):([1-9]\d*):(kill|error|hang|pause|tear)$/;

/**
 * `RUNG_FAULT=before:create:3:kill`: what the third create of this process meets; `change` counts all but reads. For
 * tests of crashes. `pause` makes the file that `RUNG_FAULT_MARK` names, and goes on once it is gone; `tear` cuts the
 * engine's connections, and serves new ones.
 */
const fault = format.exec(process.env.RUNG_FAULT ?? "");
let seen = 0;
let cut = (): void => {};

/** Says how the engine's connections are cut. */
export function onTear(how: () => void): void {
  cut = how;
}

/**
 * Runs a call, with the fault that was asked for if this is its turn.
 * @throws Error when the fault is an error; never returns when it hangs
 */
export async function withFault<T>(call: Call, work: () => T | Promise<T>): Promise<T> {
  const meant = fault?.[2] === call || (fault?.[2] === "change" && call !== "read");
  const mine = meant && ++seen === Number(fault?.[3]);
  if (mine && fault?.[1] === "before") await strike("before");
  const result = await work();
  if (mine && fault?.[1] === "after") await strike("after");
  return result;
}

async function strike(phase: Phase): Promise<void> {
  if (fault?.[4] === "kill") process.kill(process.pid, "SIGKILL");
  if (fault?.[4] === "error") throw new Error(`a fault was asked for ${phase} this call`);
  if (fault?.[4] === "pause") return pause(process.env.RUNG_FAULT_MARK ?? "");
  if (fault?.[4] === "tear") {
    cut();
    await sleep(50); // an answer that is still on its way goes down with them
    throw new Error(`the connection was to tear ${phase} this call`);
  }
  // A kill reaches the process a moment later; a hang is until someone ends it.
  await new Promise(() => setInterval(() => {}, 60_000));
}

async function pause(mark: string): Promise<void> {
  writeFileSync(mark, String(process.pid));
  while (existsSync(mark)) await sleep(10);
}
