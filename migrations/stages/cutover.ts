import { guardLag, refreshViews } from "./begin.ts";
import { both, evidenceOf } from "./compare.ts";
import { copyTables } from "./copy.ts";
import { closeTo, fence, nobodyElse, unfence } from "./fence.ts";
import { applied, dropSlot, ensureSlot, lagOf, marker, publish, subscribe, unsubscribe } from "./follow.ts";
import { stop } from "./guard.ts";
import { applicationOf, type Move, namesIn, type Sessions, sameSchema, step } from "./move.ts";
import { objectsInStep } from "./objects/index.ts";
import { sameLogins } from "./schema.ts";
import { carrySequences } from "./sequences.ts";
import { name } from "./side.ts";
import type { Serving } from "./states.ts";
import { type Table, tablesOf } from "./tables.ts";
import type { Traffic } from "./traffic.ts";
import { type Comparison, compare, differencesInWords, learn, openComparison } from "./verify.ts";

export interface Paused {
  /** From the first request that was held to the moment they went on. */
  readonly pauseMs: number;
}

/** What took the time while requests waited: milliseconds since they were held, by what had been done then. */
export interface Timeline {
  readonly passed: (what: string) => void;
  readonly all: Readonly<Record<string, number>>;
}

export function timeline(): Timeline {
  const began = performance.now();
  const all: Record<string, number> = {};
  const passed = (what: string) => {
    all[what] = Math.round(performance.now() - began);
  };
  return { passed, all };
}

/**
 * Lets the target serve. Until `decided` is written, whatever goes wrong leaves the source serving; from then on a
 * second run completes the rest.
 */
export async function cutOver(move: Move): Promise<Paused> {
  return step(move, "cutover", ["verified", "cutover"], async (sessions) => {
    const { memory } = move;
    const traffic = mustHold(move);
    if (memory.journal.state === "cutover" && memory.journal.decided === "source") {
      await undo(move, sessions, traffic);
      throw stop(
        "the last cutover was cut off before it was decided: the source serves",
        "verify, then cut over again",
      );
    }
    const pauseMs =
      memory.journal.decided === "target"
        ? await complete(sessions, traffic)
        : await change(move, sessions, traffic);
    await settleBehind(move, sessions);
    await memory.write({ state: "cut-over", cutOverAt: new Date().toISOString(), pauseMs }, { pauseMs });
    return { pauseMs };
  });
}

export function mustHold({ traffic }: Move): Traffic {
  if (traffic) return traffic;
  throw stop(
    "nothing is known that could make the app's requests wait",
    "name its PgBouncer: RUNG_PROMOTE_POOLER, RUNG_PROMOTE_POOLER_FILE",
  );
}

async function change(move: Move, sessions: Sessions, traffic: Traffic): Promise<number> {
  const { memory, limits, say } = move;
  const { source, target } = sessions;
  const { back, forth } = namesIn(move);
  const { schemas, wayBack, verified } = memory.journal;
  await guardLag(move, source);
  await sameSchema(move, source);
  const lag = await lagOf(source, forth);
  if (lag.bytes > limits.lagBytes || !lag.active)
    throw stop(
      "the target is too far behind",
      'wait until "rung promote status" says that it follows closely',
    );
  if (Date.now() - Date.parse(verified?.at ?? "1970-01-01T00:00:00Z") > limits.verifiedMinutes * 60_000)
    throw stop("the last comparison is too old", "rung promote verify");
  await sameLogins(sessions, schemas);
  const tables = await tablesOf(source, schemas);
  if (wayBack) await publish(target, back, tables);
  await refreshViews(target, schemas);
  await objectsInStep(move, "source");
  const prepared = await prepare(move, "source");
  await memory.write({ state: "cutover" });
  const free = (await move.guardian?.()) ?? (async () => {});
  say("requests wait");
  const began = performance.now();
  const until = Date.now() + limits.pauseMs;
  const time = timeline();
  try {
    await traffic.hold(until);
    time.passed("held");
    // the target has all by then, and is written to by nobody: what flows back begins there
    const open = async () => {
      if (wayBack) await ensureSlot(target, back);
      await unfence(target);
    };
    const drained = await drain(move, sessions, prepared, { leader: "source", until, time, beside: open });
    await nobodyElse(source, move.sides.source, applicationOf(move), limits.knownRoles);
    if (Date.now() > until)
      throw stop("writes would wait too long", "see the evidence for what took the time");
    await traffic.point("target");
    time.passed("pointed");
    await memory.write({ decided: "target", drained });
    time.passed("decided");
  } catch (error) {
    // where that fails too, the guardian goes on trying
    await undo(move, sessions, traffic);
    await free();
    throw error;
  } finally {
    void prepared.close();
  }
  await traffic.go();
  const pauseMs = performance.now() - began;
  await free();
  await memory.note("requests waited", { pauseMs: Math.round(pauseMs), ...time.all });
  return pauseMs;
}

/** How a side that serves is brought to its last change. */
interface Drain {
  readonly leader: Serving;
  /** Milliseconds since 1970: past it requests would wait too long. */
  readonly until: number;
  readonly time?: Timeline;
  /** What is done at the follower while it is compared: it has the last change, and no sequence is to be set any more. */
  readonly beside?: () => Promise<void>;
}

/** Sessions, tables and schemas for a comparison while requests wait: all that can be done before they do. */
export async function prepare(move: Move, leader: Serving): Promise<Comparison> {
  const options = { ...both(move, leader), jobs: 2, sequences: true };
  const comparison = await openComparison(options);
  return learn(comparison, options.schemas).catch(async (error) => {
    await comparison.close();
    throw error;
  });
}

/**
 * With requests waiting: the side that served takes no more writes, the other has all of them, gives out no value
 * twice, and is the same as far as there is time to look.
 * @returns the last place in the leader's log
 */
export async function drain(
  move: Move,
  sessions: Sessions,
  prepared: Comparison,
  { leader, until, time: { passed } = timeline(), beside = async () => {} }: Drain,
): Promise<string> {
  const follower = leader === "source" ? "target" : "source";
  const { back, forth } = namesIn(move);
  const slot = leader === "source" ? forth : back;
  const { schemas } = move.memory.journal;
  await fence(sessions[leader]);
  await nobodyElse(sessions[leader], move.sides[leader], applicationOf(move), move.limits.knownRoles);
  const last = await marker(sessions[leader]);
  await applied(sessions[leader], slot, last, until, { follower: sessions[follower] });
  passed("drained");
  const tables = prepared.known?.tables ?? (await tablesOf(sessions[leader], schemas));
  await carryUnlogged(move, sessions, leader, tables);
  await carrySequences(sessions[leader], sessions[follower], schemas);
  passed("sequences set");
  const now = inTime(tables, move.limits.pauseBytes);
  // both are waited for: what is put back after a failure must not be undone by the other
  const [compared, done] = await Promise.allSettled([
    compare(prepared, {
      ...both(move, leader),
      jobs: 2,
      sequences: true,
      only: ({ label }) => now.has(label),
    }),
    beside(),
  ]);
  if (done.status === "rejected") throw done.reason;
  if (compared.status === "rejected") throw compared.reason;
  const found = compared.value;
  passed("compared");
  await move.memory.note("compared while requests wait", evidenceOf(found));
  if (!found.good)
    throw stop(
      `both sides differ: ${differencesInWords(found, 5).join("; ")}`,
      "the source serves; rung promote verify names all",
    );
  // nothing flows any more; changes of the other side must not come back by this way
  await sessions[follower].query(`ALTER SUBSCRIPTION ${name(slot)} DISABLE`);
  return last;
}

/** What no log holds is copied as it is now. */
async function carryUnlogged(
  move: Move,
  sessions: Sessions,
  leader: Serving,
  all: readonly Table[],
): Promise<void> {
  const tables = all.filter((one) => one.unlogged);
  if (tables.length === 0) return;
  const { leader: from, follower: to, application } = both(move, leader);
  const [source, target] = [
    { ...from, side: "source" as const },
    { ...to, side: "target" as const },
  ];
  const follower = sessions[leader === "source" ? "target" : "source"];
  await follower.query(`TRUNCATE ${tables.map(({ sql }) => sql).join(", ")}`);
  await copyTables(tables, { sides: { source, target }, application, jobs: 2 }, sessions[leader]);
}

/** The smallest tables that together are no more than `bytes`. */
function inTime(tables: readonly Table[], bytes: number): ReadonlySet<string> {
  let left = bytes;
  const chosen = new Set<string>();
  for (const table of tables.toSorted((a, b) => a.bytes - b.bytes)) {
    left -= table.bytes;
    if (left >= 0) chosen.add(table.label);
  }
  return chosen;
}

/** Back to where it was: the source serves, and the target follows. */
async function undo(move: Move, { source, target }: Sessions, traffic: Traffic): Promise<void> {
  const { back, forth } = namesIn(move);
  await unfence(source);
  await traffic.point("source");
  await traffic.go();
  await closeTo(target, move.sides.target, applicationOf(move));
  await dropSlot(target, back);
  await target.query(`DROP PUBLICATION IF EXISTS ${name(back)}`);
  await target.query(`ALTER SUBSCRIPTION ${name(forth)} ENABLE`);
  await move.memory.write({ state: "following" });
}

/** A run that was killed after the decision. */
async function complete({ target }: Sessions, traffic: Traffic): Promise<number> {
  const began = performance.now();
  await unfence(target);
  await traffic.point("target");
  await traffic.go();
  return performance.now() - began;
}

/** The target serves: what it is written flows back to the source from now on. */
async function settleBehind(move: Move, { source, target }: Sessions): Promise<void> {
  const { back, forth } = namesIn(move);
  if (move.memory.journal.wayBack) {
    move.say("changes flow back to the source");
    await subscribe(source, move.sides.target, back, back);
  }
  await unsubscribe(target, forth);
  await dropSlot(source, forth);
  // uploads that were under way end where they were sent
  await objectsInStep(move, "target");
}
