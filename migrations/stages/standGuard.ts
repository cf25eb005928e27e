import { setTimeout as sleep } from "node:timers/promises";
import { unfence } from "./fence.ts";
import { openMemory } from "./journal.ts";
import { type Sides, withSession } from "./side.ts";
import { namesOf, serving } from "./states.ts";
import type { Traffic } from "./traffic.ts";

export interface Guard {
  /** The move's. */
  readonly folder: string;
  readonly sides: Sides;
  /** Made anew for each attempt. */
  readonly traffic: () => Traffic;
}

/** Waits for the parent's word, or for its end; then, until it succeeds, lets requests go on to whom the journal names. */
export async function standGuard(guard: Guard): Promise<void> {
  process.on("SIGINT", () => {}).on("SIGTERM", () => {}); // Ctrl-C is for the parent; its end is seen here
  process.stdout.on("error", () => {});
  process.stdout.write("ready\n");
  let told = "";
  for await (const part of process.stdin) told += String(part);
  if (told === "done") return;
  // a server that has failed comes back, or the next run puts all right
  for (let round = 0; round < 300; round += 1) {
    try {
      return await letGo(guard);
    } catch {
      await sleep(1000);
    }
  }
}

async function letGo({ folder, sides, traffic }: Guard): Promise<void> {
  const memory = await openMemory(folder);
  // another run has taken over since
  if (!memory || !["cutover", "rolling-back"].includes(memory.journal.state)) return;
  const side = serving(memory.journal);
  const { application } = namesOf(memory.journal);
  await withSession(sides[side], application, unfence);
  const requests = traffic();
  await requests.point(side);
  await requests.go();
  await memory.note("Rung was gone while requests waited; they go on", { serves: side });
}
