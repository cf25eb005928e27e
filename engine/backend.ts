import { existsSync } from "node:fs";
import { copyFile, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { failure } from "../components/model/diagnostics.ts";
import { paths } from "./paths.ts";

/** As in Pulumi.yaml. */
export const project = "rung";

/** Where Pulumi keeps the stacks' state. */
export const backendUrl = (): string => process.env.PULUMI_BACKEND_URL || pathToFileURL(paths.state).href;

/** The folder of a `file://` backend; undefined when the state is kept elsewhere. */
export function stateFolder(): string | undefined {
  const url = backendUrl();
  if (!url.startsWith("file://")) return undefined;
  // Pulumi also takes file://~ and relative paths, which are no URLs.
  if (!url.startsWith("file:///")) return undefined;
  return join(fileURLToPath(url.split("?")[0] ?? url), ".pulumi");
}

/** One resource as the state holds it; secrets are encrypted in it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom?: boolean;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly delete?: boolean;
  readonly provider?: string;
  /** URNs of what it needs. */
  readonly dependencies?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Its replacement is to be made; it is gone, or about to go. */
  readonly pendingReplacement?: boolean;
  /** URNs of what each input came from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

export interface PendingOperation {
  readonly type: string;
  readonly resource: StateResource;
}

/** A stack's state as it stood when it was last saved. */
export interface Checkpoint {
  readonly resources: readonly StateResource[];
  /** What was under way when the engine was killed. */
  readonly pendingOperations: readonly PendingOperation[];
  /** When it was saved, ISO 8601; undefined before the first update. */
  readonly time: string | undefined;
}

interface CheckpointFile {
  readonly checkpoint?: {
    readonly latest?: {
      readonly manifest?: { readonly time?: string };
      readonly resources?: readonly StateResource[];
      readonly pending_operations?: readonly PendingOperation[];
    } | null;
  };
}

export const checkpointFile = (folder: string, stack: string): string =>
  join(folder, "stacks", project, `${stack}.json`);

/**
 * Reads a stack's state without the engine, in a millisecond: to look, never to change.
 * @param folder of the backend, unless it is this clone's
 * @returns undefined when there is no such stack
 * @throws Error when the backend is not a folder of this machine
 */
export async function readCheckpoint(stack: string, folder = stateFolder()): Promise<Checkpoint | undefined> {
  if (!folder) throw new Error(`the state in ${backendUrl()} can only be read through Pulumi`);
  const file = await readWhole(checkpointFile(folder, stack));
  if (file === undefined) return undefined;
  const latest = file.checkpoint?.latest;
  return {
    resources: latest?.resources ?? [],
    pendingOperations: latest?.pending_operations ?? [],
    time: latest?.manifest?.time,
  };
}

/**
 * Keeps a copy of a stack's state as it stands before a run. The engine's own copy is not enough: on a full disk it
 * saves half a state, and with its next try copies that half over the save before it.
 * @throws DiagnosticsError when the disk has no room for it
 */
export async function keepState(stack: string, folder = stateFolder()): Promise<void> {
  if (!folder) return; // a remote backend keeps its objects whole
  const file = checkpointFile(folder, stack);
  if (existsSync(file)) await put(`${file}.kept`, await readFile(file, "utf8"));
}

/** Once the stack itself is gone. */
export async function forgetKept(stack: string, folder = stateFolder()): Promise<void> {
  if (folder) await rm(`${checkpointFile(folder, stack)}.kept`, { force: true });
}

/**
 * Puts the newest earlier state back where the last save cannot be read: a disk that was full or failed leaves such.
 * The torn one is kept beside it until `forgetTorn`.
 * @returns whether there is a torn one: what happened since is not in the state
 * @throws Error when there is none that can be read
 */
export async function mendTorn(stack: string, folder = stateFolder()): Promise<boolean> {
  if (!folder) return false;
  const file = checkpointFile(folder, stack);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined || isWhole(text)) return existsSync(`${file}.torn`);
  for (const earlier of [".bak", ".kept"]) {
    const before = await readFile(`${file}${earlier}`, "utf8").catch(() => "");
    if (!isWhole(before)) continue;
    await copyFile(file, `${file}.torn`);
    await put(file, before);
    return true;
  }
  throw new Error(`none of ${file}, its .bak and its .kept can be read`);
}

/** Whole or not at all. */
async function put(file: string, text: string): Promise<void> {
  const next = `${file}.${process.pid}`;
  try {
    await writeFile(next, text, { mode: 0o600 });
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    throw failure("the disk has no room for a copy of the state", "free some of it", dirname(file));
  }
}

/** Once what happened since is in the state again. */
export async function forgetTorn(stack: string, folder = stateFolder()): Promise<void> {
  if (folder) await rm(`${checkpointFile(folder, stack)}.torn`, { force: true });
}

function isWhole(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** An engine at work saves the file in place: who reads at that moment finds half of it, and looks again. */
async function readWhole(path: string): Promise<CheckpointFile | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as CheckpointFile;
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(50);
    }
  }
}
