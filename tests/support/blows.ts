import { existsSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkpointFile } from "../../engine/backend.ts";
import { descendantsOf, signal } from "../../engine/processes.ts";
import { recover } from "../../operations/recover.ts";
import type { Workspace } from "../../operations/rehearse/workspace.ts";
import { SmallDisk } from "./smallDisk.ts";

/**
 * What a run meets: the engine, the program or a provider is killed; the engine's connections to a provider are cut;
 * the engine is killed and the file of its state cut in half; the disk that state and log are on is full, and the engine
 * killed where it does not give up.
 */
export const mishaps = ["engine", "disk", "program", "provider", "connection", "state"] as const;
export type Mishap = (typeof mishaps)[number];

/** One of them, before or after the change that it meets. */
export interface Blow {
  readonly mishap: Mishap;
  readonly phase: "before" | "after";
}

/** Every mishap on either side of a change; each mishap is there before one comes again. */
export const blows: readonly Blow[] = [0, 1].flatMap((turn) =>
  mishaps.map((mishap, index) => ({ mishap, phase: (index + turn) % 2 === 0 ? "after" : "before" }) as const),
);

export const nameOf = ({ mishap, phase }: Blow): string => `${mishap} ${phase}`;

/** A run to be struck. */
export interface StruckRun {
  readonly command: "up" | "destroy";
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The change of a provider's that the blow meets, counted from 1. */
  readonly call: number;
}

/** A workspace whose runs are struck. Its state and its logs are on a disk of their own where one can be mounted. */
export class Struck {
  readonly workspace: Workspace;
  readonly #disk: SmallDisk | undefined;
  readonly #mark: string;
  readonly #state: string;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.#mark = join(workspace.folder, "paused");
    this.#state = join(workspace.folder, "state", ".pulumi");
    this.#disk = SmallDisk.under([join(workspace.folder, "state"), join(workspace.folder, "runs")]);
  }

  /** Runs until the blow fell and all that the engine had started is gone, or until the end where it did not fall. */
  async run({ mishap, phase }: Blow, { command, args, env: given, call }: StruckRun) {
    rmSync(this.#mark, { force: true });
    const kind = kinds[mishap];
    const env = { ...given, RUNG_FAULT: `${phase}:change:${call}:${kind}`, RUNG_FAULT_MARK: this.#mark };
    let ended = false;
    const running = this.workspace.run(command, { args, env }).finally(() => {
      ended = true;
    });
    if (kind !== "pause") {
      const done = await running;
      return { ...done, fell: done.code !== 0 };
    }
    while (!existsSync(this.#mark) && !ended) await sleep(10);
    if (ended) return { ...(await running), fell: false };
    const engine = Number(readFileSync(join(this.workspace.folder, "runs", "engine.pid"), "utf8"));
    const below = await descendantsOf(engine);
    if (mishap === "program") for (const pid of below.filter(isProgram)) signal(pid, "SIGKILL");
    else if (mishap === "disk") this.#disk?.fill();
    else signal(engine, "SIGKILL");
    // A killed engine's providers end without their work; else this one, and others whose turn comes, go on.
    const goesOn = mishap === "program" || mishap === "disk";
    const patience = Date.now() + patientSeconds * 1000;
    while (!ended) {
      if (mishap === "disk" && Date.now() > patience) signal(engine, "SIGKILL");
      if (goesOn) rmSync(this.#mark, { force: true });
      await sleep(20);
    }
    const done = await running;
    while (below.some((pid) => commandOf(pid) !== "")) await sleep(20);
    if (mishap === "state") tear(checkpointFile(this.#state, this.workspace.stack));
    this.#disk?.free();
    return { ...done, fell: mishap !== "disk" || done.code !== 0 };
  }

  /**
   * As `rung up` begins. The holder of the engine's own lock is dead: `withStackLock` frees it, see writers.test.ts.
   * @returns whether the engine must refresh first
   */
  async recover(): Promise<boolean> {
    rmSync(join(this.#state, "locks"), { recursive: true, force: true });
    const { toolchain, stack, project: cwd, folder } = this.workspace;
    const place = { toolchain, stack, cwd, state: this.#state, runs: join(folder, "runs") };
    return recover(
      place,
      async () => ({ removed: [], drifted: false }),
      () => {},
    );
  }

  async remove(): Promise<void> {
    this.#disk?.remove();
    await this.workspace.remove();
  }
}

/** The engine tries for half a minute and more, for each thing that was under way, to save on a full disk. */
const patientSeconds = 8;

const kinds: Readonly<Record<Mishap, "kill" | "tear" | "pause">> = {
  engine: "pause",
  program: "pause",
  provider: "kill",
  connection: "tear",
  state: "pause",
  disk: "pause",
};

const isProgram = (pid: number): boolean => commandOf(pid).includes("cmd/run");

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function tear(file: string): void {
  truncateSync(file, Math.floor(readFileSync(file).length / 2));
}
