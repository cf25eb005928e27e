import { existsSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { checkpointFile } from "../../engine/backend.ts";
import { descendantsOf, signal } from "../../engine/processes.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { recover } from "../../operations/recover.ts";
import { makeWorkspace, stack, type Workspace } from "../../operations/rehearse/workspace.ts";
import { root } from "./rung.ts";

/** What is killed. `state`: the engine, and then the file that it kept the state in is cut in half. */
export const victims = ["engine", "program", "stand-in", "state"] as const;
export type Victim = (typeof victims)[number];

/** In which run of a life it happens. */
export const runs = ["up", "change", "destroy"] as const;

/** One crash: at which change that a provider makes, on which side of it. */
export interface Crash {
  readonly run: (typeof runs)[number];
  readonly victim: Victim;
  readonly phase: "before" | "after";
  readonly call: number;
}

const settings = (size: string, protect: boolean) => ({
  "aws:region": "eu-central-1",
  "rung:size": size,
  "rung:protect": String(protect),
  "rung:password": "correct-horse-battery",
});
const protectedTypes = ["aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:rds/instance:Instance"];
/** What a protected one stands on cannot go either. */
const staying = [...protectedTypes, "aws:ec2/securityGroup:SecurityGroup"].toSorted();

/** How many changes the providers make in each run when nothing is killed. */
export async function countCalls(): Promise<Readonly<Record<Crash["run"], number>>> {
  const life = await begin();
  try {
    const counts: Record<Crash["run"], number> = { up: 0, change: 0, destroy: 0 };
    for (const run of runs) {
      await life.prepare(run);
      const done = await life.go(run);
      expect(done.code).toBe(0);
      // a replacement is two calls; the stack and the provider are none
      counts[run] = done.events.filter(({ resOutputsEvent: ended }) =>
        ["create", "update", "delete", "create-replacement", "delete-replaced"].some(
          (op) => op === ended?.metadata.op && ended.metadata.type.startsWith("aws:"),
        ),
      ).length;
    }
    return counts;
  } finally {
    await life.workspace.remove();
  }
}

/**
 * A life with one crash in it, then the recovery that `rung up` begins with and another run, with no hand on it: all
 * that the program asks for is there once, the vendor holds nothing else, and what is protected was never deleted.
 * @returns whether the crash happened: a run may have fewer calls than asked
 */
export async function survive(crash: Crash): Promise<boolean> {
  const told = JSON.stringify(crash);
  const life = await begin();
  try {
    for (const run of runs.slice(0, runs.indexOf(crash.run))) {
      await life.prepare(run);
      expect((await life.go(run)).code, told).toBe(0);
    }
    const before = life.held();
    await life.prepare(crash.run);
    const struck = await life.crash(crash);
    if (!struck) return false;
    const kept = before.filter(({ type }) => protectedTypes.includes(type));
    expect(life.held(), `${told}: no store is lost`).toEqual(expect.arrayContaining(kept));

    await life.again(crash.run, told);
    if (crash.run !== "destroy") {
      await life.expectWhole(told);
      expect(life.held(), `${told}: the stores are the same`).toEqual(expect.arrayContaining(kept));
      const quiet = await life.workspace.run("preview");
      expect({ ...quiet.changes, same: 0 }, `${told}: nothing is left to do`).toEqual(none);
      await life.prepare("destroy");
      expect((await life.go("destroy")).code, told).toBe(0);
    }
    // What is protected stays; nothing else does.
    expect(
      life
        .held()
        .map(({ type }) => type)
        .toSorted(),
      told,
    ).toEqual(staying);
    await life.expectWhole(told);
    expect((await life.workspace.ask(["state", "unprotect", "--all", "--yes", "--stack", stack])).code).toBe(
      0,
    );
    expect((await life.workspace.run("destroy")).code, told).toBe(0);
    expect(life.held(), `${told}: nothing is left`).toEqual([]);
    return true;
  } finally {
    await life.workspace.remove();
  }
}

const none = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };

async function begin() {
  const program = join(root, "tests", "rehearsal", "programs", "stores.ts");
  const workspace = await makeWorkspace(await ensureToolchain(), { program, checkpoints: true });
  return new CrashLife(workspace);
}

class CrashLife {
  readonly workspace: Workspace;
  constructor(workspace: Workspace) {
    this.workspace = workspace;
  }

  prepare(run: Crash["run"]): Promise<void> {
    return this.workspace.settle(settings(run === "up" ? "small" : "medium", true));
  }

  go(run: Crash["run"], args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const destroy = run === "destroy";
    const all = [...args, ...(destroy ? ["--exclude-protected"] : [])];
    return this.workspace.run(destroy ? "destroy" : "up", { args: all, env });
  }

  /** The run again, as `rung up` and `rung down` begin it. */
  async again(run: Crash["run"], told: string): Promise<void> {
    const { workspace } = this;
    const place = {
      toolchain: workspace.toolchain,
      stack,
      cwd: workspace.project,
      state: join(workspace.folder, "state", ".pulumi"),
      runs: join(workspace.folder, "runs"),
    };
    await freeEngineLock(place.state);
    const refresh = await recover(
      place,
      async () => ({ removed: [], drifted: false }),
      () => {},
    );
    const done = await this.go(run, refresh ? ["--refresh"] : []);
    const said = done.diagnostics.map(({ message }) => message).join("\n");
    expect(done.code, `${told}: runs again\n${said}`).toBe(0);
  }

  /** Runs until the crash, and until all that it left running is gone. */
  async crash({ run, victim, phase, call }: Crash): Promise<boolean> {
    const mark = join(this.workspace.folder, "paused");
    const kind = victim === "stand-in" ? "kill" : "pause";
    const env = { RUNG_FAULT: `${phase}:change:${call}:${kind}`, RUNG_FAULT_MARK: mark };
    let ended = false;
    const running = this.go(run, [], env).finally(() => {
      ended = true;
    });
    if (victim === "stand-in") return (await running).code !== 0;
    while (!existsSync(mark) && !ended) await sleep(10);
    if (ended) return false;
    const engine = Number(readFileSync(join(this.workspace.folder, "runs", "engine.pid"), "utf8"));
    const below = await descendantsOf(engine);
    if (victim === "program") for (const pid of below.filter(isProgram)) signal(pid, "SIGKILL");
    // What the engine started ends by itself once the engine is gone; the paused one does so without its work.
    else signal(engine, "SIGKILL");
    if (victim === "program") rmSync(mark);
    await running;
    while ((await Promise.all(below.map(isThere))).includes(true)) await sleep(20);
    if (victim === "state") tear(checkpointFile(join(this.workspace.folder, "state", ".pulumi"), stack));
    return true;
  }

  /** What the vendor holds. */
  held(): { type: string; id: string }[] {
    return readdirSync(this.workspace.store, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map((entry) => JSON.parse(readFileSync(join(entry.parentPath, entry.name), "utf8")))
      .map(({ type, id }: { type: string; id: string }) => ({ type, id }))
      .toSorted((a, b) => `${a.type} ${a.id}`.localeCompare(`${b.type} ${b.id}`));
  }

  /** State and vendor hold the same, each thing once, and nothing is under way. */
  async expectWhole(told: string): Promise<void> {
    const state = await this.workspace.checkpoint();
    const known = (state?.resources ?? [])
      .filter(({ type }) => type.startsWith("aws:"))
      .map(({ type, id = "" }) => ({ type, id }))
      .toSorted((a, b) => `${a.type} ${a.id}`.localeCompare(`${b.type} ${b.id}`));
    expect(this.held(), `${told}: the vendor holds what the state knows`).toEqual(known);
    expect(state?.pendingOperations, told).toEqual([]);
    expect(
      state?.resources.filter((one) => one.delete),
      told,
    ).toEqual([]);
    const urns = state?.resources.map(({ urn }) => urn) ?? [];
    expect(new Set(urns).size, `${told}: each once`).toBe(urns.length);
  }
}

const isProgram = (pid: number): boolean => commandOf(pid).includes("cmd/run");
const isThere = async (pid: number): Promise<boolean> => commandOf(pid) !== "";

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

/** As `withStackLock` does for a stack of this clone: the holder is dead. */
async function freeEngineLock(state: string): Promise<void> {
  rmSync(join(state, "locks"), { recursive: true, force: true });
}
