import { spawn } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { childrenCpu, watchMemory } from "./tree.ts";

const nameWidth = 44;

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
  /** Where it runs, unless it is the repository. */
  readonly cwd?: string;
  /** What it prints when it has done the work. */
  readonly says?: RegExp;
}

/**
 * Runs one command to its end.
 * @returns seconds
 * @throws Error with what it said when it fails
 */
export const once = async (timed: Timed): Promise<number> => (await run(timed)).seconds;

/** @returns the peak of the memory of all its processes together, in MB */
export const memory = async (timed: Timed): Promise<number> => (await run(timed, watchMemory)).megabytes;

async function run(
  { name, command: [program, ...args], env, cwd = root, says = /(?:)/ }: Timed,
  watch?: typeof watchMemory,
) {
  const [began, busy] = [performance.now(), childrenCpu()];
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const peak = child.pid === undefined ? undefined : watch?.(child.pid);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => {
      said = (said + more).slice(-4000);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const seconds = (performance.now() - began) / 1000;
  const cpu = childrenCpu() - busy;
  const megabytes = (await peak?.()) ?? Number.NaN;
  if (code !== 0 || !says.test(said)) throw new Error(`${name} ended with ${code}\n${said}`);
  return { seconds, cpu, megabytes };
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
  console.log(`${"ratio of the medians".padEnd(nameWidth)} ${(a.median / b.median).toFixed(2)}\n`);
}

/** Of one way to do the work, in the median. */
export interface Cost {
  readonly seconds: number;
  /** Seconds that all its processes computed; beside other work on the machine, the steadier figure. */
  readonly cpu: number;
  /** The peak of all its processes together. */
  readonly megabytes: number;
}

/**
 * As `pair`, with several peers. After the runs that are timed, one of each shows the memory of its processes.
 * @returns ours first
 */
export async function weigh(ours: Timed, peers: readonly Timed[], runs: number): Promise<Cost[]> {
  const all = [ours, ...peers];
  for (const each of all) await once(each);
  const times = all.map((): { seconds: number; cpu: number }[] => []);
  for (let round = 0; round < runs; round += 1) {
    for (const [index, each] of all.entries()) times[index]?.push(await run(each));
  }
  const costs: Cost[] = [];
  for (const [index, each] of all.entries()) {
    const seconds = figures(times[index]?.map((one) => one.seconds) ?? []);
    const cpu = figures(times[index]?.map((one) => one.cpu) ?? []);
    const megabytes = await memory(each);
    told(each.name, seconds);
    told("  computing", cpu);
    console.log(`${"  memory at its peak".padEnd(nameWidth)} ${megabytes.toFixed(0).padStart(8)} MB`);
    costs.push({ seconds: seconds.median, cpu: cpu.median, megabytes });
    const [mine] = costs;
    if (!mine || index === 0) continue;
    const ratios = [
      `${(mine.seconds / seconds.median).toFixed(2)} of its time`,
      `${(mine.cpu / cpu.median).toFixed(2)} of its computing`,
      `${(mine.megabytes / megabytes).toFixed(2)} of its memory`,
    ];
    console.log(`  ours takes ${ratios.join(", ")}`);
  }
  console.log("");
  return costs;
}

export function told(name: string, { min, median, max }: Figures, unit = "s"): void {
  const text = (value: number) => value.toFixed(value >= 100 ? 0 : 2).padStart(8);
  console.log(`${name.padEnd(nameWidth)} ${text(min)} ${text(median)} ${text(max)} ${unit}`);
}

export function heading(title: string): void {
  const machine = `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}`;
  console.log(`${title}\n(${machine}; min, median, max)\n`);
}
