import { guardLag } from "./begin.ts";
import { compareAll } from "./compare.ts";
import { drain, mustHold, type Paused, prepare } from "./cutover.ts";
import { fence, unfence } from "./fence.ts";
import { dropSlot, unsubscribe } from "./follow.ts";
import { stop } from "./guard.ts";
import { type Move, namesIn, type Sessions, step } from "./move.ts";
import { objectsInStep } from "./objects/index.ts";
import { unmark } from "./schema.ts";
import { name } from "./side.ts";
import type { Traffic } from "./traffic.ts";
import { differencesInWords } from "./verify.ts";

/** Lets the source serve again, with all that was written to the target since the cutover. */
export async function rollBack(move: Move): Promise<Paused> {
  return step(move, "rollback", ["cut-over", "rolling-back"], async (sessions) => {
    const { memory } = move;
    if (!memory.journal.wayBack)
      throw stop(
        "this move has no way back: changes did not flow to the source",
        "restore a backup, or move the other way",
      );
    const traffic = mustHold(move);
    if (memory.journal.state === "rolling-back" && memory.journal.decided === "target") {
      await undo(move, sessions, traffic);
      throw stop(
        "the last rollback was cut off before it was decided: the target serves",
        "rung promote rollback",
      );
    }
    if (memory.journal.decided === "target") await objectsInStep(move, "target");
    const began = performance.now();
    const free = memory.journal.decided === "target" ? await change(move, sessions, traffic) : undefined;
    // the fence of the target stays: nobody is to write there any more
    await traffic.point("source");
    await traffic.go();
    const pauseMs = performance.now() - began;
    await free?.();
    await objectsInStep(move, "source");
    await takeAway(move, sessions);
    await memory.write({ state: "rolled-back" }, { pauseMs });
    return { pauseMs };
  });
}

/** @returns what tells the guardian that requests go on */
async function change(move: Move, sessions: Sessions, traffic: Traffic): Promise<() => Promise<void>> {
  const { memory, limits } = move;
  await guardLag(move, sessions.target, namesIn(move).back);
  const prepared = await prepare(move, "target");
  await memory.write({ state: "rolling-back" });
  const free = (await move.guardian?.()) ?? (async () => {});
  const until = Date.now() + limits.pauseMs;
  move.say("requests wait");
  try {
    await traffic.hold(until);
    const drained = await drain(move, sessions, prepared, { leader: "target", until });
    await unfence(sessions.source);
    await traffic.point("source");
    await memory.write({ decided: "source", drained });
  } catch (error) {
    // where that fails too, the guardian goes on trying
    await undo(move, sessions, traffic);
    await free();
    throw error;
  } finally {
    void prepared.close();
  }
  return free;
}

async function undo(move: Move, sessions: Sessions, traffic: Traffic): Promise<void> {
  await unfence(sessions.target);
  await fence(sessions.source);
  await traffic.point("target");
  await traffic.go();
  await sessions.source.query(`ALTER SUBSCRIPTION ${name(namesIn(move).back)} ENABLE`);
  await move.memory.write({ state: "cut-over" });
}

/**
 * Ends the way back. Refused before the time that it is kept, and while anything differs.
 * @param now milliseconds since 1970
 */
export async function finish(move: Move, now = Date.now()): Promise<void> {
  const { memory, limits } = move;
  const since = Date.parse(memory.journal.cutOverAt ?? "");
  if (memory.journal.state === "cut-over" && now - since < limits.watchHours * 3_600_000)
    throw stop(
      `the cutover was ${((now - since) / 3_600_000).toFixed(1)} hours ago, and is watched for ${limits.watchHours}`,
      "wait; until then rollback loses nothing",
    );
  if (memory.journal.wayBack && memory.journal.state === "cut-over") {
    const found = await compareAll(move);
    if (!found.good)
      throw stop(
        `both sides differ: ${differencesInWords(found, 5).join("; ")}`,
        "settle that first; the target serves on",
      );
  }
  await step(move, "finish", ["cut-over"], async (sessions) => {
    await takeAway(move, sessions);
    await memory.write({ state: "finished" });
  });
}

/** Ends a move before its cutover: the source serves on, and keeps nothing for it any more. */
export async function abort(move: Move, reason: string): Promise<void> {
  await step(
    move,
    "abort",
    ["planned", "target-ready", "copying", "following", "verified"],
    async (sessions) => {
      await takeAway(move, sessions);
      await unfence(sessions.target);
      await move.memory.write({ state: "aborted", reason }, { reason });
    },
  );
}

/** Slots, publications, subscriptions, marks, and what tables were given for the move. */
async function takeAway(move: Move, { source, target }: Sessions): Promise<void> {
  const { back, forth } = namesIn(move);
  await unsubscribe(source, back);
  await unsubscribe(target, forth);
  await dropSlot(source, forth);
  await dropSlot(target, back);
  await source.query(`DROP PUBLICATION IF EXISTS ${name(forth)}`);
  await target.query(`DROP PUBLICATION IF EXISTS ${name(back)}`);
  await source.query(`DROP PUBLICATION IF EXISTS ${name(back)}`);
  await target.query(`DROP PUBLICATION IF EXISTS ${name(forth)}`);
  for (const table of move.memory.journal.identityFull) {
    await source.query(`ALTER TABLE IF EXISTS ${table} REPLICA IDENTITY DEFAULT`);
    await target.query(`ALTER TABLE IF EXISTS ${table} REPLICA IDENTITY DEFAULT`);
  }
  if (move.memory.journal.decided === "target") await unmark(target);
}
