import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

/** Seconds of several runs. */
export interface Figures {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** A command to time as a whole process. */
export interface Timed {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs one command to its end.
 * @returns seconds
 * @throws Error with what it said when it fails
 */
export function once({ name, command: [program, ...args], env }: Timed): Promise<number> {
  const began = performance.now();
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => {
      said = (said + more).slice(-4000);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve((performance.now() - began) / 1000);
      else reject(new Error(`${name} ended with ${code}\n${said}`));
    });
  });
}

/** The figures of several values. */
export function figures(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) };
}

/** Times ours and the peer in turn, so that both meet the same machine, after one run of each that does not count. */
export async function pair(ours: Timed, peer: Timed, runs: number): Promise<void> {
  const [mine, theirs]: [number[], number[]] = [[], []];
  for (const each of [ours, peer]) await once(each);
  for (let run = 0; run < runs; run += 1) {
    mine.push(await once(ours));
    theirs.push(await once(peer));
  }
  const [a, b] = [figures(mine), figures(theirs)];
  told(ours.name, a);
  told(peer.name, b);
  console.log(`${"ratio of the medians".padEnd(44)} ${(a.median / b.median).toFixed(2)}\n`);
}

export function told(name: string, { min, median, max }: Figures, unit = "s"): void {
  const text = (value: number) => value.toFixed(value >= 100 ? 0 : 2).padStart(8);
  console.log(`${name.padEnd(44)} ${text(min)} ${text(median)} ${text(max)} ${unit}`);
}

export function heading(title: string): void {
  console.log(`${title}  (${cpus().length} cores, Node ${process.versions.node}; min, median, max)\n`);
}
