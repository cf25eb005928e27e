import { setTimeout as sleep } from "node:timers/promises";
import { unfence } from "./fence.ts";
import { type Guarded, guardedVariable } from "./guardian.ts";
import { openMemory } from "./journal.ts";
import { withSession } from "./side.ts";
import { namesOf, serving } from "./states.ts";
import { poolerTraffic } from "./traffic.ts";

/** Run by `startGuardian` alone. Waits for its parent's word, or for its end. */
const guarded = JSON.parse(process.env[guardedVariable] ?? "") as Guarded; // written by startGuardian
process.on("SIGINT", () => {}).on("SIGTERM", () => {}); // Ctrl-C is for the parent; its end is seen here
process.stdout.on("error", () => {});
process.stdout.write("ready\n");

let told = "";
for await (const part of process.stdin) told += String(part);
if (told !== "done") {
  // a server that has failed comes back, or the next run puts all right
  for (let round = 0; round < 300; round += 1) {
    try {
      await letGo();
      break;
    } catch {
      await sleep(1000);
    }
  }
}

async function letGo(): Promise<void> {
  const memory = await openMemory(guarded.folder);
  // another run has taken over since
  if (!memory || !["cutover", "rolling-back"].includes(memory.journal.state)) return;
  const side = serving(memory.journal);
  const { application } = namesOf(memory.journal);
  await withSession(guarded.sides[side], application, unfence);
  const traffic = poolerTraffic(guarded.pooler, guarded.sides);
  await traffic.point(side);
  await traffic.go();
  await memory.note("Rung was gone while requests waited; they go on", { serves: side });
}
