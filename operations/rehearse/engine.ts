import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { paths } from "../../engine/paths.ts";
import type { EngineEvent } from "./events.ts";
import { stack, type Workspace } from "./workspace.ts";

/** The Pulumi CLI, and what it is to be run with: its language host is found on this PATH. */
export interface Tools {
  readonly pulumi: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Run {
  readonly code: number;
  readonly seconds: number;
  readonly events: readonly EngineEvent[];
  /** What the CLI wrote, for when it failed without an event. */
  readonly output: string;
}

/** The CLI that the toolchain has put in place, else the one that is on the PATH. */
export const toolsOnPath: Tools = {
  pulumi: "pulumi",
  env: { PATH: `${paths.bin}${delimiter}${process.env.PATH ?? ""}` },
};

/** How often new events are looked for while the engine runs. */
const pollMilliseconds = 100;

/** Runs one CLI command in the workspace; events are passed on as they come. */
export async function run(
  tools: Tools,
  workspace: Workspace,
  args: readonly string[],
  onEvent: (event: EngineEvent) => void = () => {},
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const log = join(workspace.folder, "events.jsonl");
  await rm(log, { force: true });
  const withEvents = ["up", "preview", "refresh", "destroy"].includes(args[0] ?? "");
  const began = performance.now();
  const child = spawn(
    tools.pulumi,
    [...args, ...(withEvents ? ["--event-log", log] : []), "--non-interactive"],
    {
      cwd: join(workspace.folder, "project"),
      env: { ...process.env, ...tools.env, ...workspace.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-64_000);
    });
  }
  const tail = new Tail(log, onEvent);
  const polling = setInterval(() => void tail.read(), pollMilliseconds);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve(status ?? 1));
    });
    const seconds = Math.round((performance.now() - began) / 10) / 100;
    await tail.read();
    return { code, seconds, events: tail.events, output };
  } finally {
    clearInterval(polling);
  }
}

/** What the stack's state still holds, by URN; the stack itself does not count. */
export async function heldInState(tools: Tools, workspace: Workspace): Promise<string[]> {
  const { code, output } = await run(tools, workspace, ["stack", "export", "--stack", stack]);
  if (code !== 0) throw new Error(`the state cannot be read: ${output.trim()}`);
  const text = output.slice(output.indexOf("{"));
  const state = JSON.parse(text) as { deployment?: { resources?: readonly { urn: string }[] } };
  return (state.deployment?.resources ?? []).map(({ urn }) => urn);
}

/** Reads a growing file of JSON lines, each line once. */
class Tail {
  readonly events: EngineEvent[] = [];
  readonly #file: string;
  readonly #onEvent: (event: EngineEvent) => void;
  #offset = 0;
  #rest = "";
  #reading: Promise<void> = Promise.resolve();

  constructor(file: string, onEvent: (event: EngineEvent) => void) {
    this.#file = file;
    this.#onEvent = onEvent;
  }

  read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#more());
    return this.#reading;
  }

  async #more(): Promise<void> {
    const size = await stat(this.#file).then(
      ({ size }) => size,
      () => 0,
    );
    if (size <= this.#offset) return;
    for await (const chunk of createReadStream(this.#file, {
      start: this.#offset,
      end: size - 1,
      encoding: "utf8",
    })) {
      this.#rest += String(chunk);
    }
    this.#offset = size;
    const lines = this.#rest.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.trim()) continue;
      const event = JSON.parse(line) as EngineEvent;
      this.events.push(event);
      this.#onEvent(event);
    }
  }
}
