import { closeSync, mkdirSync, openSync, readFileSync, watch, writeFileSync } from "node:fs";
import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { EngineEvent } from "./events.ts";
import { paths } from "./paths.ts";
import { isAlive, programOf } from "./processes.ts";

/**
 * Where one run of the engine writes. Files, not pipes: an engine whose `rung` was killed goes on and ends its work,
 * where a broken pipe would kill it halfway.
 */
export interface RunLog {
  /** One engine event a line. */
  readonly events: string;
  /** What the CLI says beside them. */
  readonly errors: string;
  readonly stdout: number;
  readonly stderr: number;
  /** Remembers the engine, for the next writer to wait for. */
  started(pid: number): void;
  close(): void;
}

const keptRuns = 20;

/** Where the runs of a stack of this clone are kept. */
export const runsOf = (stack: string): string => join(paths.runs, stack);

/** Opens the files of a new run; those of old ones are removed. */
export function openRunLog(folder: string, command: string): RunLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  void removeOld(folder);
  const name = join(folder, `${new Date().toISOString().replaceAll(":", "-")}-${command}`);
  const [events, errors] = [`${name}.jsonl`, `${name}.log`];
  const [stdout, stderr] = [openSync(events, "a", 0o600), openSync(errors, "a", 0o600)];
  return {
    events,
    errors,
    stdout,
    stderr,
    started: (pid) => writeFileSync(join(folder, "engine.pid"), String(pid)),
    close() {
      closeSync(stdout);
      closeSync(stderr);
    },
  };
}

/** The pid of the engine that was last started for the stack from this clone, if it still runs. */
export async function runningEngine(stack: string): Promise<number | undefined> {
  let text: string;
  try {
    text = readFileSync(join(runsOf(stack), "engine.pid"), "utf8");
  } catch {
    return undefined;
  }
  const pid = Number(text);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  const runs = (await isAlive(pid)) && ((await programOf(pid))?.startsWith("pulumi") ?? false);
  return runs ? pid : undefined;
}

async function removeOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.(jsonl|log)$/.test(name)).toSorted();
  await Promise.all(names.slice(0, -2 * keptRuns).map((name) => rm(join(folder, name), { force: true })));
}

const pollMilliseconds = 200;

/** Reads a growing file of JSON lines, each line once, soon after it is written. */
export async function follow(
  file: string,
  onEvent: (event: EngineEvent) => void,
): Promise<{ end(): Promise<void> }> {
  const handle = await open(file, "r");
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(256 * 1024);
  let rest = "";
  let reading: Promise<void> = Promise.resolve();

  const readOn = async () => {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const event = parse(line);
        if (event) onEvent(event);
      }
    }
  };
  const read = () => {
    reading = reading.then(readOn);
    return reading;
  };
  // The watcher makes it quick; where the file system tells nothing, the timer makes it sure.
  const watcher = watch(file, () => void read());
  const timer = setInterval(() => void read(), pollMilliseconds);
  return {
    async end() {
      clearInterval(timer);
      watcher.close();
      await read();
      await handle.close();
    },
  };
}

/** The CLI may print a plain line among the events. */
function parse(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}

/** What is known of a resource that a run began to make. */
export interface Origin {
  readonly parent: string | undefined;
  /** The provider's URN and id, as the state refers to it. */
  readonly provider: string | undefined;
}

/** What the newest run that was to change a stack left in its log. */
export interface LastRun {
  /** It ended, and well. */
  readonly succeeded: boolean;
  /** What it began to create, by URN. */
  readonly begun: ReadonlyMap<string, Origin>;
}

/** Reads the newest log of a run that was to change the stack; undefined when there is none. */
export async function lastRun(folder: string): Promise<LastRun | undefined> {
  const names = await readdir(folder).catch(() => []);
  const name = names
    .filter((one) => /^\d{4}-.*-(up|refresh|destroy)\.jsonl$/.test(one))
    .toSorted()
    .at(-1);
  if (!name) return undefined;
  const begun = new Map<string, Origin>();
  let succeeded = false;
  for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
    const event = parse(line);
    if (event?.summaryEvent) succeeded = event.summaryEvent.result === "succeeded";
    const { op, urn, provider, new: made } = event?.resourcePreEvent?.metadata ?? {};
    if (urn && (op === "create" || op === "create-replacement")) {
      begun.set(urn, { parent: made?.parent || undefined, provider: provider || undefined });
    }
  }
  return { succeeded, begun };
}
