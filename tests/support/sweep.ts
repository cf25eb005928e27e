import { join } from "node:path";
import { expect } from "vitest";
import type { Size } from "../../components/model/words.ts";
import { Store } from "../../engine/providers/generic/store.ts";
import { providerNames } from "../../engine/providers/registry.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { letGo } from "../../operations/down.ts";
import { type Server, startServers } from "../../operations/rehearse/servers.ts";
import { type HostedStage, rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { makeWorkspace } from "../../operations/rehearse/workspace.ts";
import { type Blow, nameOf, Struck } from "./blows.ts";
import { root } from "./rung.ts";
import { mayMount } from "./smallDisk.ts";

/** Whose life is swept. */
export interface Subject {
  readonly name: string;
  /** Instead of the stacks' own. */
  readonly program?: string;
  /** The settings of its stack; protection is set beside them. */
  settings(size: Size): Readonly<Record<string, string>>;
  /** The vendors' servers that its own resources talk to. */
  readonly servers?: HostedStage;
}

/** A stage as a stack makes it. */
export const stageSubject = (stage: HostedStage): Subject => ({
  name: stage,
  settings: (size) => rehearsalSettings(stage, size),
  servers: stage,
});

/** A small program whose resources change, are replaced, go and come; with stores among them. */
export const storesSubject: Subject = {
  name: "stores",
  program: join(root, "tests", "rehearsal", "programs", "stores.ts"),
  settings: (size) => ({
    "aws:region": "eu-central-1",
    "rung:size": size,
    "rung:password": "correct-horse-battery",
  }),
};

export interface Sweep {
  readonly subject: Subject;
  readonly from: Size;
  readonly to: Size;
  /** Each run goes so many changes further before the next blow: 1 strikes at every change. */
  readonly every: number;
  /** In turn; the next once one fell. A full disk is left out where nothing may be mounted. */
  readonly blows: readonly Blow[];
}

/** How many blows of each kind fell, by name: `engine before`. */
export type Fallen = Readonly<Record<string, number>>;

/**
 * A whole life, in which each run of the engine is struck, recovers as `rung up` does, goes on and is struck again,
 * until it is through; with no hand on it. No blow loses a protected store. After each run all that the program asks
 * for is there once, the vendors hold nothing else, and what was a protected store is the same one.
 */
export async function sweep(asked: Sweep): Promise<Fallen> {
  const calm = await whatIsHeld(asked);
  const life = await begin(asked);
  try {
    await life.prepare(asked.from, true);
    await life.through("up");
    await life.expectWhole("up", calm.up);
    life.stores = await life.protectedIds();
    await life.prepare(asked.to, true);
    await life.through("up");
    await life.expectWhole("change", calm.change);
    expect(await life.protectedIds(), "the stores are the same").toEqual(expect.arrayContaining(life.stores));
    await life.down();
    expect(await life.protectedIds(), "no store was deleted").toEqual(expect.arrayContaining(life.stores));
    await life.prepare(asked.to, false);
    await life.calmly("up");
    life.stores = [];
    await life.through("destroy");
    await life.expectWhole("destroy", []);
    expect(life.everything(), "nothing is left").toEqual([]);
    return life.fallen;
  } finally {
    await life.end();
  }
}

/** What the vendors' servers hold after each run of a life that nothing befalls. */
async function whatIsHeld(asked: Sweep): Promise<{ up: readonly string[]; change: readonly string[] }> {
  if (!asked.subject.servers) return { up: [], change: [] };
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
  const { program, servers } = asked.subject;
  const workspace = await makeWorkspace(await ensureToolchain(), {
    checkpoints: true,
    ...(program ? { program } : {}),
  });
  return new StruckLife(asked, new Struck(workspace), servers ? await startServers(servers, workspace) : []);
}

const mostRuns = 400;

class StruckLife {
  readonly fallen: Record<string, number> = {};
  /** Protected stores that no blow may lose, as `held` tells them. */
  stores: string[] = [];
  readonly #subject: Subject;
  readonly #every: number;
  readonly #blows: readonly Blow[];
  readonly #struck: Struck;
  readonly #servers: readonly Server[];
  readonly #env: Readonly<Record<string, string>>;
  #blow = 0;

  constructor({ subject, every, blows }: Sweep, struck: Struck, servers: readonly Server[]) {
    this.#subject = subject;
    this.#every = every;
    this.#blows = blows.filter(({ mishap }) => mishap !== "disk" || mayMount());
    this.#struck = struck;
    this.#servers = servers;
    this.#env = Object.assign({}, ...servers.map(({ env }) => env));
  }

  get #workspace() {
    return this.#struck.workspace;
  }

  prepare(size: Size, isProtected: boolean): Promise<void> {
    return this.#workspace.settle({ ...this.#subject.settings(size), "rung:protect": String(isProtected) });
  }

  async calmly(command: "up" | "destroy"): Promise<void> {
    const done = await this.#workspace.run(command, { env: this.#env });
    expect(done.code, said(done.diagnostics)).toBe(0);
  }

  /** As `rung down` does: what vendors guard and holds no data is let go of first, and stores stay. */
  async down(): Promise<void> {
    const leaving = letGo((await this.#workspace.checkpoint())?.resources ?? []);
    if (leaving) await this.through("up", leaving.args, leaving.env);
    await this.through("destroy", ["--exclude-protected"]);
  }

  /** Runs it, struck each time, until a run is through. */
  async through(
    command: "up" | "destroy",
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    let refresh = false;
    for (let run = 0; run < mostRuns; run += 1) {
      const blow = this.#blows[this.#blow % this.#blows.length];
      if (!blow) throw new Error("a sweep without blows");
      const told = `${this.#subject.name}, ${command}, run ${run}: ${nameOf(blow)}`;
      const { code, diagnostics, fell } = await this.#struck.run(blow, {
        command,
        args: [...args, ...(refresh ? ["--refresh"] : [])],
        env: { ...this.#env, ...env },
        call: this.#every,
      });
      if (!fell) {
        expect(code, `${told} did not fall\n${said(diagnostics)}`).toBe(0);
        return;
      }
      this.#blow += 1;
      this.fallen[nameOf(blow)] = (this.fallen[nameOf(blow)] ?? 0) + 1;
      expect(this.held(), `${told}: no store is lost`).toEqual(
        expect.arrayContaining(this.stores.filter((one) => !this.#isOwn(one))),
      );
      refresh = await this.#struck.recover();
    }
    throw new Error(`${this.#subject.name}: ${command} was not through after ${mostRuns} runs`);
  }

  /** Of a provider that does its work, and so is in no stand-in's store. */
  #isOwn(told: string): boolean {
    return own.has(told.split(":")[0] ?? "");
  }

  /** What the stand-ins hold, also what was let go of and ends with its owner. */
  everything() {
    return new Store(join(this.#workspace.store, "rung", this.#workspace.stack)).all();
  }

  /** What the stand-ins hold for the stack. */
  held(): string[] {
    return this.everything()
      .filter(({ released }) => !released)
      .map(({ type, id }) => `${type} ${id}`)
      .toSorted();
  }

  async servedObjects(): Promise<readonly string[]> {
    return (await Promise.all(this.#servers.map((server) => server.holds()))).flat().toSorted();
  }

  async protectedIds(): Promise<string[]> {
    const state = await this.#workspace.checkpoint();
    return (state?.resources ?? [])
      .filter((one) => one.protect && one.custom && !one.type.startsWith("pulumi:"))
      .map(({ type, id }) => `${type} ${id}`)
      .toSorted();
  }

  /** State and vendors hold the same, each thing once, and nothing is under way or left to do. */
  async expectWhole(run: string, served: readonly string[]): Promise<void> {
    const told = `${this.#subject.name}, ${run}`;
    const state = await this.#workspace.checkpoint();
    const known = (state?.resources ?? [])
      .filter(({ type, custom }) => custom && !this.#isOwn(type))
      .map(({ type, id }) => `${type} ${id}`)
      .toSorted();
    expect(this.held(), `${told}: the vendors hold what the state knows`).toEqual(known);
    expect(await this.servedObjects(), `${told}: and each of their servers`).toEqual(served);
    expect(state?.pendingOperations, told).toEqual([]);
    expect(
      state?.resources.filter((one) => one.delete),
      told,
    ).toEqual([]);
    const urns = state?.resources.map(({ urn }) => urn) ?? [];
    expect(new Set(urns).size, `${told}: each once`).toBe(urns.length);
    if (run === "destroy") return;
    const quiet = await this.#workspace.run("preview", { env: this.#env });
    const nothing = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
    expect({ ...quiet.changes, same: 0 }, `${told}: nothing is left to do`).toEqual(nothing);
  }

  async end(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    await this.#struck.remove();
  }
}

const own = new Set([...providerNames(), "pulumi", "rung"]);

const said = (diagnostics: readonly { message: string }[]): string =>
  diagnostics.map(({ message }) => message).join("\n");
