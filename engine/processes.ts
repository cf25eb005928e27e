import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

/** A process that can still do something: a zombie cannot. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's process lives
  }
  const state = stat(pid)?.state ?? (await ps(pid, "stat"))[0];
  return state !== undefined && state !== "Z" && state !== "X";
}

/** The name of a process's program, e.g. `pulumi`; undefined when there is no such process. */
export async function programOf(pid: number): Promise<string | undefined> {
  const name = stat(pid)?.name ?? (await ps(pid, "comm"));
  return name === "" ? undefined : name.split("/").at(-1);
}

/** Every process that was started by `pid`, or by one of those. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  const childrenOf = new Map<number, number[]>();
  for (const line of stdout.split("\n")) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (child && parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  for (let next = [pid]; next.length > 0; ) {
    next = next.flatMap((parent) => childrenOf.get(parent) ?? []);
    found.push(...next);
  }
  return found;
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** From Linux's `/proc/<pid>/stat`; undefined elsewhere, and where the process is gone. */
function stat(pid: number): { name: string; state: string } | undefined {
  try {
    const [, name = "", state = ""] =
      /^\d+ \((.*)\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return { name, state };
  } catch {
    return undefined;
  }
}

async function ps(pid: number, column: "stat" | "comm"): Promise<string> {
  const answer = promisify(execFile)("ps", ["-p", String(pid), "-o", `${column}=`]);
  return answer.then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
}
