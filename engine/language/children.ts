import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const graceMilliseconds = 2000;

/** The programs that were started here: they end when we do. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /** Starts `node` with arguments. */
  start(args: readonly string[], options: SpawnOptions): ChildProcess {
    return this.startProgram(process.execPath, args, options);
  }

  /** Starts any other program. */
  startProgram(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const child = spawn(program, args, options);
    this.#running.add(child);
    child.on("exit", () => this.#running.delete(child));
    child.on("error", () => this.#running.delete(child));
    return child;
  }

  /** Asks all to end, and kills those that do not. */
  async end(): Promise<void> {
    await Promise.all([...this.#running].map(endChild));
  }
}

/** Asks one to end, and kills it when it does not. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const late = await Promise.race([gone.then(() => false), sleep(graceMilliseconds, true, { ref: false })]);
  if (late) child.kill("SIGKILL");
}
