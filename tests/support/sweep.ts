import { existsSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Size } from "../../components/model/words.ts";
import { checkpointFile } from "../../engine/backend.ts";
import { descendantsOf, signal } from "../../engine/processes.ts";
import { Store } from "../../engine/providers/generic/store.ts";
import { providerNames } from "../../engine/providers/registry.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { recover } from "../../operations/recover.ts";
import { type Server, startServers } from "../../operations/rehearse/servers.ts";
import { type HostedStage, rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { makeWorkspace, stack, type Workspace } from "../../operations/rehearse/workspace.ts";

/**
 * What a run meets: the engine, the program or a provider is killed; the engine's connections to a provider are cut;
 * the engine is killed and the file of its state cut in half.
 */
export const mishaps = ["engine", "program", "provider", "connection", "state"] as const;
type Mishap = (typeof mishaps)[number];

/** One of them, before or after the change that it meets. */
export interface Blow {
  readonly mishap: Mishap;
  readonly phase: "before" | "after";
}

/** Every mishap on either side of a change. */
export const blows: readonly Blow[] = mishaps.flatMap((mishap) =>
  (["before", "after"] as const).map((phase) => ({ mishap, phase })),
);

export interface Sweep {
  readonly stage: HostedStage;
  readonly from: Size;
  readonly to: Size;
  /** Each run goes so many changes further before the next blow: 1 strikes at every change. */
  readonly every: number;
  /** In turn, each run another. */
  readonly blows: readonly Blow[];
}

/**
 * A stage's whole life, in which each run of the engine is struck, recovers as `rung up` does, goes on and is struck
 * again, until it is through; with no hand on it. After each run all that the program asks for is there once, the
 * vendors hold nothing else, and what was a protected store is the same one.
 * @returns how many blows fell
 */
export async function sweep(asked: Sweep): Promise<number> {
  const calm = await whatIsHeld(asked);
  const life = await begin(asked);
  try {
    await life.prepare(asked.from, true);
    await life.through("up");
    await life.expectWhole("up", calm.up);
    const stores = await life.protectedIds();
    await life.prepare(asked.to, true);
    await life.through("up");
    await life.expectWhole("change", calm.change);
    expect(await life.protectedIds(), "the stores are the same").toEqual(expect.arrayContaining(stores));
    await life.through("destroy", ["--exclude-protected"]);
    expect(await life.protectedIds(), "no store was deleted").toEqual(expect.arrayContaining(stores));
    await life.prepare(asked.to, false);
    await life.calmly("up");
    await life.through("destroy");
    await life.expectWhole("destroy", []);
    expect(life.held(), "nothing is left").toEqual([]);
    return life.fallen;
  } finally {
    await life.end();
  }
}

/** What the vendors' servers hold after each run of a life that nothing befalls. */
async function whatIsHeld(asked: Sweep): Promise<{ up: readonly string[]; change: readonly string[] }> {
  const life = await begin(asked);
  try {
    await life.prepare(asked.from, true);
    await life.calmly("up");
    const up = await life.servedObjects();
    await life.prepare(asked.to, true);
    await life.calmly("up");
    return { up, change: await life.servedObjects() };
  } finally {
    await life.end();
  }
}

async function begin(asked: Sweep): Promise<StruckLife> {
  const workspace = await makeWorkspace(await ensureToolchain(), { checkpoints: true });
  return new StruckLife(asked, workspace, await startServers(asked.stage, workspace));
}

const mostRuns = 400;

class StruckLife {
  fallen = 0;
  readonly #asked: Sweep;
  readonly #workspace: Workspace;
  readonly #servers: readonly Server[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #mark: string;
  readonly #state: string;

  constructor(asked: Sweep, workspace: Workspace, servers: readonly Server[]) {
    this.#asked = asked;
    this.#workspace = workspace;
    this.#servers = servers;
    this.#env = Object.assign({}, ...servers.map(({ env }) => env));
    this.#mark = join(workspace.folder, "paused");
    this.#state = join(workspace.folder, "state", ".pulumi");
  }

  prepare(size: Size, isProtected: boolean): Promise<void> {
    const settings = rehearsalSettings(this.#asked.stage, size);
    return this.#workspace.settle({ ...settings, "rung:protect": String(isProtected) });
  }

  async calmly(command: "up" | "destroy"): Promise<void> {
    const done = await this.#workspace.run(command, { env: this.#env });
    expect(done.code, said(done.diagnostics)).toBe(0);
  }

  /** Runs it, struck each time, until a run is through. */
  async through(command: "up" | "destroy", args: readonly string[] = []): Promise<void> {
    let refresh = false;
    for (let run = 0; run < mostRuns; run += 1) {
      const blow = this.#asked.blows[this.fallen % this.#asked.blows.length];
      if (!blow) throw new Error("a sweep without blows");
      const told = `${this.#asked.stage}, ${command}, run ${run}: ${blow.mishap} ${blow.phase}`;
      const { code, diagnostics, fell } = await this.#struck(blow, command, [
        ...args,
        ...(refresh ? ["--refresh"] : []),
      ]);
      if (!fell) {
        expect(code, `${told} did not fall\n${said(diagnostics)}`).toBe(0);
        return;
      }
      this.fallen += 1;
      refresh = await this.#recover();
    }
    throw new Error(`${this.#asked.stage}: ${command} was not through after ${mostRuns} runs`);
  }

  /** As `rung up` begins. The holder of the engine's own lock is dead: `withStackLock` frees it, see writers.test.ts. */
  async #recover(): Promise<boolean> {
    rmSync(join(this.#state, "locks"), { recursive: true, force: true });
    const { toolchain, project: cwd, folder } = this.#workspace;
    const place = { toolchain, stack, cwd, state: this.#state, runs: join(folder, "runs") };
    const own = async () => ({ removed: [], drifted: false });
    return recover(place, own, () => {});
  }

  async #struck({ mishap, phase }: Blow, command: "up" | "destroy", args: readonly string[]) {
    rmSync(this.#mark, { force: true });
    const kind = { provider: "kill", connection: "tear" }[mishap as string] ?? "pause";
    const fault = `${phase}:change:${this.#asked.every}:${kind}`;
    const env = { ...this.#env, RUNG_FAULT: fault, RUNG_FAULT_MARK: this.#mark };
    let ended = false;
    const running = this.#workspace.run(command, { args, env }).finally(() => {
      ended = true;
    });
    if (kind !== "pause") {
      const done = await running;
      return { ...done, fell: done.code !== 0 };
    }
    while (!existsSync(this.#mark) && !ended) await sleep(10);
    if (ended) return { ...(await running), fell: false };
    const engine = Number(readFileSync(join(this.#workspace.folder, "runs", "engine.pid"), "utf8"));
    const below = await descendantsOf(engine);
    if (mishap === "program")
      for (const pid of below) if (commandOf(pid).includes("cmd/run")) signal(pid, "SIGKILL");
    if (mishap !== "program") signal(engine, "SIGKILL");
    // Other providers may come to their turn later: each goes on.
    while (!ended) {
      if (mishap === "program") rmSync(this.#mark, { force: true });
      await sleep(20);
    }
    const done = await running;
    while (below.some((pid) => commandOf(pid) !== "")) await sleep(20);
    if (mishap === "state") tear(checkpointFile(this.#state, stack));
    return { ...done, fell: true };
  }

  /** What the stand-ins hold. */
  held(): string[] {
    return new Store(join(this.#workspace.store, "rung", stack))
      .all()
      .map(({ type, id }) => `${type} ${id}`)
      .toSorted();
  }

  async servedObjects(): Promise<readonly string[]> {
    return (await Promise.all(this.#servers.map((server) => server.holds()))).flat().toSorted();
  }

  async protectedIds(): Promise<string[]> {
    const state = await this.#workspace.checkpoint();
    return (state?.resources ?? [])
      .filter((one) => one.protect && one.custom)
      .map(({ type, id }) => `${type} ${id}`)
      .toSorted();
  }

  /** State and vendors hold the same, each thing once, and nothing is under way or left to do. */
  async expectWhole(told: string, served: readonly string[]): Promise<void> {
    const { stage } = this.#asked;
    const state = await this.#workspace.checkpoint();
    const own = new Set([...providerNames(), "pulumi", "rung"]);
    const known = (state?.resources ?? [])
      .filter(({ type, custom }) => custom && !own.has(type.split(":")[0] ?? ""))
      .map(({ type, id }) => `${type} ${id}`)
      .toSorted();
    expect(this.held(), `${stage}, ${told}: the vendors hold what the state knows`).toEqual(known);
    expect(await this.servedObjects(), `${stage}, ${told}: and each of their servers`).toEqual(served);
    expect(state?.pendingOperations, told).toEqual([]);
    expect(
      state?.resources.filter((one) => one.delete),
      told,
    ).toEqual([]);
    const urns = state?.resources.map(({ urn }) => urn) ?? [];
    expect(new Set(urns).size, `${stage}, ${told}: each once`).toBe(urns.length);
    if (told === "destroy") return;
    const quiet = await this.#workspace.run("preview", { env: this.#env });
    const nothing = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
    expect({ ...quiet.changes, same: 0 }, `${stage}, ${told}: nothing is left to do`).toEqual(nothing);
  }

  async end(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    await this.#workspace.remove();
  }
}

const said = (diagnostics: readonly { message: string }[]): string =>
  diagnostics.map(({ message }) => message).join("\n");

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
