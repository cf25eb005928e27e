import type pg from "pg";
import { catalogueHash, catalogueOf } from "./catalogue.ts";
import { stop } from "./guard.ts";
import type { Memory } from "./journal.ts";
import type { Stores } from "./objects/store.ts";
import { connect, identityOf, type Side, type Sides, withoutSecrets } from "./side.ts";
import { type Journal, namesOf, type Serving, type State } from "./states.ts";
import type { Traffic } from "./traffic.ts";

export interface Limits {
  /** Workers that copy, build indexes and compare side by side. */
  readonly jobs: number;
  /** Bytes of its log that the source may keep for the move; past it the move ends, before the source's disk does. */
  readonly keptBytes: number;
  /** Bytes that the target may be behind when the cutover begins. */
  readonly lagBytes: number;
  /** Milliseconds that writes may wait; past it the source serves again. */
  readonly pauseMs: number;
  /** Bytes of tables that are compared while writes wait; the others directly afterwards. */
  readonly pauseBytes: number;
  /** Hours between the cutover and the end of the way back. */
  readonly watchHours: number;
  /** How old a comparison may be when the cutover begins, in minutes. */
  readonly verifiedMinutes: number;
  /** Roles that may stay connected past the pooler, e.g. one that watches. */
  readonly knownRoles: readonly string[];
}

export const usual: Limits = {
  jobs: 4,
  keptBytes: 20e9,
  lagBytes: 64e6,
  pauseMs: 5000,
  pauseBytes: 32e6,
  watchHours: 48,
  verifiedMinutes: 60,
  knownRoles: [],
};

/** All that the steps of a move need. */
export interface Move {
  readonly sides: Sides;
  readonly memory: Memory;
  readonly limits: Limits;
  readonly say: (what: string) => void;
  /** Left out where only the database moves. */
  readonly objects?: Stores;
  /** Left out where nothing can make requests wait. */
  readonly traffic?: Traffic;
  /** Puts traffic right if this process is killed while requests wait. @returns what ends it */
  readonly guardian?: () => Promise<() => Promise<void>>;
}

export interface Sessions {
  readonly source: pg.Client;
  readonly target: pg.Client;
}

export const applicationOf = ({ memory }: Move): string => namesOf(memory.journal).application;
export const namesIn = ({ memory }: Pick<Move, "memory">) => namesOf(memory.journal);
export const sideOf = ({ sides }: Move, side: Serving): Side => sides[side];

/** The leader's slot, as the move now stands. */
export const slotIn = (move: Pick<Move, "memory">): string =>
  move.memory.journal.decided === "target" ? namesIn(move).back : namesIn(move).forth;

/**
 * Runs a step with a session of each side, after seeing that they are the servers that the move began with. What goes
 * wrong is written down without what addresses hold of secrets.
 * @throws DiagnosticsError when the move is in none of `states`, or an address leads elsewhere
 */
export async function step<T>(
  move: Move,
  called: string,
  states: readonly State[],
  work: (sessions: Sessions) => Promise<T>,
): Promise<T> {
  const { memory, sides } = move;
  mustBe(memory.journal, called, states);
  const application = applicationOf(move);
  const open: pg.Client[] = [];
  try {
    const source = await connect(sides.source, application);
    open.push(source);
    const target = await connect(sides.target, application);
    open.push(target);
    await sameServers(memory.journal, { source, target });
    await endLeftovers({ source, target }, application);
    return await work({ source, target });
  } catch (error) {
    const reason = withoutSecrets((error as Error).message, sides.source, sides.target);
    await memory.note(`${called} stopped`, { reason }).catch(() => {});
    if (error instanceof Error) error.message = reason;
    throw error;
  } finally {
    await Promise.all(open.map((client) => client.end().catch(() => {})));
  }
}

export function mustBe({ state, from, to }: Journal, called: string, states: readonly State[]): void {
  if (states.includes(state)) return;
  throw stop(
    `the move from ${from} to ${to} is ${state}: ${called} does not follow`,
    `${called} follows ${states.join(", ")}; see "rung promote status"`,
  );
}

async function sameServers({ identity }: Journal, { source, target }: Sessions): Promise<void> {
  const found = { source: await identityOf(source), target: await identityOf(target) };
  for (const side of ["source", "target"] as const) {
    if (found[side] !== identity[side])
      throw stop(
        `the address of the ${side} leads to another database than the one this move began with`,
        "give the address of the first, or abort the move with it",
      );
  }
}

/** Sessions that a killed run has left would copy on beside this one. */
async function endLeftovers({ source, target }: Sessions, application: string): Promise<void> {
  for (const client of [source, target]) {
    await client.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE application_name = $1 AND pid <> pg_backend_pid() AND datname = current_database()`,
      [application],
    );
  }
}

/** @throws DiagnosticsError when the leader's schema is no longer the one that was copied */
export async function sameSchema(move: Move, leader: pg.Client): Promise<void> {
  const { schema, schemas } = move.memory.journal;
  if (schema === catalogueHash(await catalogueOf(leader, schemas))) return;
  throw stop(
    "the schema was changed during the move, and such changes are not followed",
    "take the change back, or abort and start anew; verify names what differs",
  );
}
