import type { Move } from "../move.ts";
import type { Serving } from "../states.ts";
import { bringInStep, type ComparedObjects, compareObjects } from "./step.ts";

/** Brings the objects of the side that does not serve in step, where objects move too; says so in the evidence. */
export async function objectsInStep(move: Move, leader: Serving): Promise<void> {
  const { memory, objects, say } = move;
  if (!objects) return;
  say("objects");
  const done = await bringInStep(memory.folder, objects, leader, afterCutover(move));
  if (done.copied + done.removed > 0) await memory.note("objects brought in step", done);
}

/** Brings them in step, and compares each by its hash. @returns undefined where no objects move */
export async function objectsCompared(move: Move, leader: Serving): Promise<ComparedObjects | undefined> {
  if (!move.objects) return undefined;
  await objectsInStep(move, leader);
  move.say("objects, by their hashes");
  return compareObjects(move.objects, leader);
}

/** From the first decision on, uploads may still end where they were sent before it. */
const afterCutover = ({ memory: { journal } }: Move): boolean =>
  journal.decided === "target" || journal.cutOverAt !== undefined;
