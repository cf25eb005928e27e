import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "../components/model/diagnostics.ts";
import { project, stateFolder } from "./backend.ts";
import { type Holder, LockedError, withFileLock } from "./fileLock.ts";
import { paths } from "./paths.ts";
import { isAlive, programOf } from "./processes.ts";
import { runningEngine } from "./runLog.ts";

export interface StackLockOptions {
  /** What is done meanwhile, e.g. `rung up`: told to those who wait. */
  readonly doing?: string;
  /** Seconds to wait for another writer. Default: ten minutes; 0 refuses at once. */
  readonly wait?: number;
  /** Called with one sentence whenever something new is waited for, or was mended. */
  readonly onWait?: (text: string) => void;
}

/** What Pulumi writes into its own lock of a stack. */
interface EngineLock {
  readonly pid: number;
  readonly hostname: string;
  readonly username: string;
  readonly timestamp: string;
}

const tenMinutes = 600;

/**
 * Runs `work` as the one writer of a stack. Before it begins, an engine that outlived its `rung` has ended, and what a
 * killed engine left locked is free.
 * @throws DiagnosticsError when another writer does not end in time, or when one of another machine holds the stack
 */
export async function withStackLock<T>(
  stack: string,
  { doing = "rung", wait = tenMinutes, onWait = () => {} }: StackLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const until = performance.now() + wait * 1000;
  const file = join(paths.locks, `${stack}.lock`);
  const waiting = (holder: Holder | undefined) => onWait(`waiting for ${described(holder)}`);
  try {
    return await withFileLock(file, { doing, waitSeconds: wait, onWait: waiting }, async () => {
      await settle(stack, until, onWait);
      return work();
    });
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const mend = "wait until it has ended, or end it; the stack is free as soon as it has";
    throw failure(`the stack ${stack} is in use by ${described(error.holder)}`, mend);
  }
}

const described = (holder: Holder | undefined): string =>
  holder ? `${holder.doing} (pid ${holder.pid}, since ${holder.since})` : "another rung";

/** Waits for engines that still work on the stack; frees what dead ones left. */
async function settle(stack: string, until: number, onWait: (text: string) => void): Promise<void> {
  let told: number | undefined;
  for (;;) {
    const pid = await busyEngine(stack, onWait);
    if (pid === undefined) return;
    if (performance.now() >= until) {
      throw failure(
        `an engine (pid ${pid}) still works on the stack ${stack}`,
        `wait until it has ended, or end it with "kill -INT ${pid}"`,
      );
    }
    if (told !== pid) onWait(`waiting for an engine that outlived its rung (pid ${pid})`);
    told = pid;
    await sleep(300);
  }
}

/** The pid of an engine that works on the stack now. Locks of dead ones are removed on the way. */
async function busyEngine(stack: string, onWait: (text: string) => void): Promise<number | undefined> {
  const ours = await runningEngine(stack);
  if (ours !== undefined) return ours;
  for (const { file, lock } of await engineLocks(stack)) {
    if (lock.hostname !== hostname()) {
      throw failure(
        `the stack ${stack} is locked by ${lock.username}@${lock.hostname} (pid ${lock.pid}) since ${lock.timestamp}`,
        `when that one is surely gone: eval "$(rung env)" && pulumi cancel --stack ${stack}`,
      );
    }
    if (await isEngine(lock.pid)) return lock.pid;
    await rm(file, { force: true });
    onWait(`freed the stack from an engine that was killed (pid ${lock.pid})`);
  }
  return undefined;
}

/** A pid may be another program's by now. */
const isEngine = async (pid: number): Promise<boolean> =>
  (await isAlive(pid)) && ((await programOf(pid))?.startsWith("pulumi") ?? false);

async function engineLocks(stack: string): Promise<{ file: string; lock: EngineLock }[]> {
  const state = stateFolder();
  if (!state) return []; // a remote backend knows its own locks
  const folder = join(state, "locks", "organization", project, stack);
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith(".json"))
      .map(async (name) => {
        const file = join(folder, name);
        const text = await readFile(file, "utf8").catch(() => undefined);
        const lock = text === undefined ? undefined : parse(text);
        return lock ? [{ file, lock }] : [];
      }),
  );
  return found.flat();
}

/** An engine that is killed while it writes leaves half a lock; it is taken for that of a process that is gone. */
function parse(text: string): EngineLock {
  try {
    return JSON.parse(text) as EngineLock;
  } catch {
    return { pid: 0, hostname: hostname(), username: "", timestamp: "" };
  }
}
