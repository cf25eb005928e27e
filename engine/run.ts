import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutSeconds?: number;
  /** What it reads; nothing unless said. */
  readonly input?: string;
  /** Called with each line of stderr. */
  readonly onLine?: (line: string) => void;
}

const kept = 200_000;

/** Runs a program to its end. One that cannot be started, or takes too long, has the code 127 or 124. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd, env, timeoutSeconds, input = "", onLine } = options;
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "pipe"],
    detached: timeoutSeconds !== undefined,
    ...(cwd ? { cwd } : {}),
    ...(env ? { env } : {}),
  });
  child.stdin.on("error", () => {}); // it may end before it has read all
  child.stdin.end(input);
  const text = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text.stdout = (text.stdout + more).slice(-kept);
  });
  let line = "";
  child.stderr.setEncoding("utf8").on("data", (more: string) => {
    text.stderr = (text.stderr + more).slice(-kept);
    const lines = (line + more).split("\n");
    line = lines.pop() ?? "";
    if (onLine) for (const each of lines) onLine(each);
  });
  let late = false;
  const timer =
    timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          // what it has started holds our pipes open too
          if (child.pid) process.kill(-child.pid, "SIGKILL");
        }, timeoutSeconds * 1000);
  const code = await new Promise<number>((resolve) => {
    child.on("error", (error) => {
      text.stderr += error.message;
      resolve(127);
    });
    child.on("close", (status) => resolve(late ? 124 : (status ?? 1)));
  });
  clearTimeout(timer);
  return { code, ...text };
}

/** Every program of that name on the PATH, in its order. */
export function allOnPath(name: string, path = process.env.PATH ?? ""): string[] {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .filter(isExecutable);
}

export const onPath = (name: string): string | undefined => allOnPath(name)[0];

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The end of what a program wrote, for an error. */
export const lastLines = (text: string, count = 12): string =>
  text.trim().split("\n").slice(-count).join("\n");
