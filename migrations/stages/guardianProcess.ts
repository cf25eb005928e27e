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
  const memory = await openMemory(guarded.folder);
  if (memory) {
    const side = serving(memory.journal);
    const { application } = namesOf(memory.journal);
    await withSession(guarded.sides[side], application, unfence);
    const traffic = poolerTraffic(guarded.pooler, guarded.sides);
    await traffic.point(side);
    await traffic.go();
    await memory.note("Rung was killed while requests waited; they go on", { serves: side });
  }
}
