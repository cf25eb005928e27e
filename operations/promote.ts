import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { minutes } from "../components/model/duration.ts";
import { LockedError, withFileLock } from "../engine/fileLock.ts";
import { paths, root } from "../engine/paths.ts";
import { begin } from "../migrations/stages/begin.ts";
import { type Finding, worstFirst } from "../migrations/stages/finding.ts";
import { lagOf } from "../migrations/stages/follow.ts";
import { stop } from "../migrations/stages/guard.ts";
import { startGuardian } from "../migrations/stages/guardian.ts";
import { inventory, measuredRate } from "../migrations/stages/inventory.ts";
import { type Memory, openMemory } from "../migrations/stages/journal.ts";
import { type Limits, type Move, slotIn, usual } from "../migrations/stages/move.ts";
import { objectFindings } from "../migrations/stages/objects/plan.ts";
import { openMove, schemasOf } from "../migrations/stages/open.ts";
import { estimate, findings } from "../migrations/stages/plan.ts";
import { name, type Side, type Sides, withSession } from "../migrations/stages/side.ts";
import { ended, namesOf, serving } from "../migrations/stages/states.ts";
import { type Pooler, poolerTraffic } from "../migrations/stages/traffic.ts";
import { settingsFile } from "../stacks/settings.ts";
import { mustLive } from "./living.ts";
import { storesOf } from "./promoteStores.ts";
import type { MoveReach } from "./stage.ts";
import { operationsOf } from "./stages.ts";
import { loadSpec, loadTarget } from "./target.ts";

export interface PromoteOptions {
  readonly from: string;
  readonly to: string;
  readonly wayBack: boolean;
  readonly schemas?: readonly string[];
  /** `schema.table`, as people write it. */
  readonly identityFull: readonly string[];
  readonly limits: Partial<Limits>;
  /** Set by `reached` where both stacks are Rung's to reach; else addresses come from the environment. */
  readonly reach?: MoveReach;
}

/** What addresses are taken from; never an argument, which process lists show. */
export const variables = {
  source: "RUNG_PROMOTE_FROM_URL",
  target: "RUNG_PROMOTE_TO_URL",
  /** How the other server reaches it, where that is another way. */
  sourceForPeer: "RUNG_PROMOTE_FROM_PEER_URL",
  targetForPeer: "RUNG_PROMOTE_TO_PEER_URL",
  pooler: "RUNG_PROMOTE_POOLER",
  poolerFile: "RUNG_PROMOTE_POOLER_FILE",
  poolerDatabase: "RUNG_PROMOTE_POOLER_DATABASE",
} as const;

/** @throws DiagnosticsError, exit code 64, for an address that is missing or none */
export function sidesFrom(
  { from, to, reach }: Pick<PromoteOptions, "from" | "to" | "reach">,
  env: NodeJS.ProcessEnv = process.env,
): Sides {
  if (reach) return reach.sides;
  if (from === to) throw failure("--from and --to are the same stack", "name two", "rung promote", 64);
  const side = (which: Side["side"], called: string): Side => {
    const url = address(env, variables[which], called);
    const peer = variables[`${which}ForPeer`];
    return { side: which, name: called, url, urlForPeer: env[peer] ? address(env, peer, called) : url };
  };
  return { source: side("source", from), target: side("target", to) };
}

function address(env: NodeJS.ProcessEnv, variable: string, called: string): string {
  const url = env[variable] ?? "";
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  throw failure(
    `the database of ${called} is reached by its owner's address, and ${url ? "that is none" : "none is given"}`,
    `set ${variable}=postgresql://…, straight to the database and not through a pooler`,
    "rung promote",
    64,
  );
}

/**
 * Runs a step's work on two stacks that Rung reaches by itself, where both are of such a stage and no address is given
 * in the environment; else as it is.
 * @param changes whether the step may attach anything: `plan` and `status` leave all as it is
 */
export async function reached<T>(
  options: PromoteOptions,
  changes: boolean,
  work: (options: PromoteOptions) => Promise<T>,
): Promise<T> {
  const reach = await reachOf(options);
  if (!reach) return work(options);
  try {
    if (changes) await reach.bridge();
    return await work({ ...options, reach });
  } finally {
    if (changes) await unbridged(options, reach);
    await reach.close();
  }
}

async function reachOf({ from, to }: PromoteOptions): Promise<MoveReach | undefined> {
  if (from === to || process.env[variables.source] || process.env[variables.target]) return undefined;
  if (![from, to].every((stack) => existsSync(join(root, settingsFile(stack))))) return undefined;
  const { context } = await loadTarget(from);
  const { move } = await operationsOf(context.stage);
  if (!move || (await loadTarget(to)).context.stage !== context.stage) return undefined;
  return move(await mustLive(from), await mustLive(to));
}

/** What was attached for a move goes with it; a rehearsal leaves no move behind. */
async function unbridged(options: PromoteOptions, reach: MoveReach): Promise<void> {
  const journal = (await currentMove(options))?.journal;
  if (!journal || ended.includes(journal.state)) await reach.unbridge(journal ? serving(journal) : "source");
}

/** PgBouncer, where it is named. */
export function poolerFrom(env: NodeJS.ProcessEnv = process.env, source?: Side): Pooler | undefined {
  const [admin, file] = [env[variables.pooler], env[variables.poolerFile]];
  if (!admin || !file) return undefined;
  const database = env[variables.poolerDatabase] ?? new URL(source?.url ?? admin).pathname.slice(1);
  return { admin: address(env, variables.pooler, "the pooler"), file, database };
}

const movesOf = (options: Pick<PromoteOptions, "from" | "to">): string =>
  join(paths.own, "moves", `${options.from}-to-${options.to}`);

/** The move that is under way, or the one that ended last. */
export async function currentMove(options: Pick<PromoteOptions, "from" | "to">): Promise<Memory | undefined> {
  const folder = movesOf(options);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const last = names.toSorted().at(-1);
  return last === undefined ? undefined : openMemory(join(folder, last));
}

/** Runs a step as the only one of this move. @throws DiagnosticsError, exit code 3, while another one runs */
export async function alone<T>(
  { from, to }: Pick<PromoteOptions, "from" | "to">,
  doing: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await withFileLock(join(paths.locks, `move-${from}-to-${to}`), { doing, waitSeconds: 0 }, work);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw stop(`another step of this move runs: ${error.message}`, "wait until it has ended");
  }
}

export interface Planned {
  readonly findings: readonly Finding[];
  readonly estimate: string;
  readonly schemas: readonly string[];
}

/** Looks at both sides, and changes nothing. */
export async function planMove(options: PromoteOptions, sides = sidesFrom(options)): Promise<Planned> {
  const schemas = options.schemas ?? (await schemasOf(sides));
  const [source, target] = await Promise.all([
    inventory(sides.source, schemas),
    inventory(sides.target, schemas),
  ]);
  const stores = storesOf(options);
  const all = [
    ...findings(source, target, sides, {
      ...options,
      schemas,
      identityFull: quotedTables(options),
      objects: stores !== undefined,
    }),
    ...(stores ? await objectFindings(stores) : []),
  ];
  return {
    findings: worstFirst(all),
    estimate: estimate(source, await measuredRate(sides, source)),
    schemas,
  };
}

/** @throws DiagnosticsError, exit code 3, where a finding blocks the move */
export function unblocked(all: readonly Finding[]): void {
  const blocking = all.filter(({ level }) => level === "blocks");
  const [first] = blocking;
  if (first)
    throw stop(blocking.map(({ what }) => what).join("; "), `${first.mend}; "rung promote plan" says all`);
}

/** Begins a move, or goes on with the one that is under way. @throws DiagnosticsError, exit code 3, for what blocks it */
export async function startMove(options: PromoteOptions, say: (what: string) => void): Promise<Memory> {
  const there = await currentMove(options);
  const going = there !== undefined && !ended.includes(there.journal.state);
  if (!going) {
    unblocked((await planMove(options)).findings);
  }
  const sides = sidesFrom(options);
  const folder = going
    ? there.folder
    : join(movesOf(options), new Date().toISOString().replaceAll(/[:.]/g, "-"));
  const memory = await openMove(folder, sides, { ...options, identityFull: quotedTables(options) });
  await begin(await moveOf(options, memory, say));
  return memory;
}

/** The move that is under way, with all that its steps need. @throws DiagnosticsError where there is none */
export async function goingMove(options: PromoteOptions, say: (what: string) => void): Promise<Move> {
  const memory = await currentMove(options);
  if (!memory)
    throw stop(`no move from ${options.from} to ${options.to} was begun`, '"rung promote start" begins one');
  return moveOf(options, memory, say);
}

async function moveOf(options: PromoteOptions, memory: Memory, say: (what: string) => void): Promise<Move> {
  const sides = sidesFrom(options);
  const pooler = options.reach ? undefined : poolerFrom(process.env, sides.source);
  const watchHours = minutes((await loadSpec()).objectives.watchAfterMove) / 60;
  const knownRoles = [...(options.reach?.knownRoles ?? []), ...(options.limits.knownRoles ?? [])];
  const limits = { ...usual, watchHours, ...options.limits, knownRoles };
  const objects = storesOf(options);
  const move = { sides, memory, limits, say, ...(objects ? { objects } : {}) };
  const { reach } = options;
  if (reach) return { ...move, traffic: reach.traffic, guardian: () => reach.guardian(memory.folder) };
  if (!pooler) return move;
  return {
    ...move,
    traffic: poolerTraffic(pooler, sides),
    guardian: () => startGuardian({ folder: memory.folder, sides, pooler }),
  };
}

/** How a move stands; asks the server that serves, where it answers. */
export async function statusOf(options: PromoteOptions) {
  const memory = await currentMove(options);
  if (!memory) return undefined;
  const { journal } = memory;
  const side = serving(journal);
  const lag = ended.includes(journal.state)
    ? undefined
    : await withSession(sidesFrom(options)[side], namesOf(journal).application, (client) =>
        lagOf(client, slotIn({ memory })),
      );
  return { journal, serves: side === "source" ? journal.from : journal.to, ...(lag ? { lag } : {}) };
}

/** `schema.table` as SQL has it. */
export const quotedTables = ({ identityFull }: Pick<PromoteOptions, "identityFull">): string[] =>
  identityFull.map((table) => table.split(".").map(name).join("."));
