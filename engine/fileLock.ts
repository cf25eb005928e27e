import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** Who holds a lock, as far as it said so. */
export interface Holder {
  readonly pid: number;
  /** What it does, for people. */
  readonly doing: string;
  /** ISO 8601. */
  readonly since: string;
}

export interface LockOptions {
  /** What the holder does, told to those who wait. */
  readonly doing: string;
  /** How long to wait for another; 0 refuses at once. */
  readonly waitSeconds: number;
  /** Called once, before waiting begins. */
  readonly onWait?: (holder: Holder | undefined) => void;
}

/** The lock stayed with another process for as long as was to be waited. */
export class LockedError extends Error {
  readonly holder: Holder | undefined;

  constructor(file: string, holder: Holder | undefined) {
    super(holder ? `${holder.doing} (pid ${holder.pid}) since ${holder.since}` : `${file} is held`);
    this.name = "LockedError";
    this.holder = holder;
  }
}

const pollMilliseconds = 150;

/**
 * Runs `work` while this process alone holds the lock named by `file`. The operating system frees it when the process
 * ends in whatever way: it is SQLite's lock on that file, which every Node has and every platform keeps.
 * @throws LockedError
 */
export async function withFileLock<T>(
  file: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const database = await acquire(file, options);
  const note = `${file}.holder`;
  const holder: Holder = { pid: process.pid, doing: options.doing, since: new Date().toISOString() };
  writeFileSync(note, JSON.stringify(holder));
  try {
    return await work();
  } finally {
    rmSync(note, { force: true });
    database.close();
  }
}

async function acquire(file: string, { waitSeconds, onWait }: LockOptions): Promise<DatabaseSync> {
  const { DatabaseSync: Database } = await quietly(() => import("node:sqlite"));
  const until = performance.now() + waitSeconds * 1000;
  let told = false;
  for (;;) {
    const database = new Database(file);
    try {
      database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
      return database;
    } catch (error) {
      database.close();
      if (!isBusy(error)) throw error;
    }
    if (performance.now() >= until) throw new LockedError(file, holderOf(file));
    if (!told) onWait?.(holderOf(file));
    told = true;
    await sleep(pollMilliseconds);
  }
}

const sqliteBusy = 5;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;

function holderOf(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(`${file}.holder`, "utf8")) as Holder;
  } catch {
    return undefined; // it has only just begun, or has just ended
  }
}

/** Early Nodes 24 warn that SQLite is experimental; what is used of it here has not changed. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes("SQLite")) emitWarning.call(process, warning, ...rest);
  }) as typeof emitWarning; // an overloaded signature, passed through as it is
  try {
    return await work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
