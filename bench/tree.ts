import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** How often the processes are looked at: a peak between two looks is not seen. */
const everyMilliseconds = 20;

/**
 * Watches the memory of a process and all that it starts, each page counted once (proportional set size). Linux only.
 * @returns ends the watch and tells the peak of the sum, in MB
 */
export function watchMemory(pid: number): () => Promise<number> {
  let peak = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      const now = treeOf(pid).map(kilobytes);
      peak = Math.max(
        peak,
        now.reduce((sum, one) => sum + one, 0),
      );
      await sleep(everyMilliseconds);
    }
  })();
  return async () => {
    over = true;
    await watching;
    return peak / 1024;
  };
}

/** From `/proc`, as a process started for each look would weigh on what is measured. */
function treeOf(pid: number): number[] {
  const parents = readdirSync("/proc").flatMap((name) => {
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${name}/stat`))?.[1];
    return /^\d+$/.test(name) && parent ? [[Number(name), Number(parent)] as const] : [];
  });
  const tree = new Set([pid]);
  for (let before = 0; before !== tree.size; ) {
    before = tree.size;
    for (const [child, parent] of parents) if (tree.has(parent)) tree.add(child);
  }
  return [...tree];
}

const kilobytes = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);

/** The clock of `/proc`: USER_HZ, 100 on every Linux of ours. */
const ticksPerSecond = 100;

/** Seconds that the processes which this one started computed, once they have ended and been waited for. */
export function childrenCpu(): number {
  // the 16th and 17th field of proc(5)'s stat: the 14th and 15th after the name
  const fields = read("/proc/self/stat")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

/** Empty once the process is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
