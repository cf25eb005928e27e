import { spawn } from "node:child_process";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

export interface RungRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

/** Runs the command as a user does; its output is kept, never shown unless a test fails on it. */
export async function rung(...args: string[]): Promise<RungRun> {
  return startRung(args).ended;
}

/** A `rung` under way: to be killed, or waited for. `tree`: another checkout of this clone. */
export function startRung(args: readonly string[], env: NodeJS.ProcessEnv = {}, tree = root) {
  const began = performance.now();
  const child = spawn(process.execPath, [join(tree, "cli", "main.ts"), ...args], {
    cwd: tree,
    env: { ...process.env, ...ownHome(tree), NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text.out += more;
  });
  child.stderr.setEncoding("utf8").on("data", (more: string) => {
    text.err += more;
  });
  const ended = new Promise<RungRun>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code: code ?? 137, ...text, seconds: (performance.now() - began) / 1000 }),
    );
  });
  return { pid: child.pid ?? 0, kill: (signal: NodeJS.Signals) => child.kill(signal), ended, text };
}

/** Pulumi's folder names the tree whose plugins it holds. */
const ownHome = (tree: string) => (tree === root ? {} : { PULUMI_HOME: join(tree, ".rung", "home") });

/**
 * Runs the command and takes its success for granted.
 * @throws Error with what it said
 */
export async function mustRung(...args: string[]): Promise<string> {
  const ran = await rung(...args);
  if (ran.code === 0) return ran.out;
  throw new Error(`rung ${args.join(" ")} ended with ${ran.code}\n${ran.out}\n${ran.err}`);
}
