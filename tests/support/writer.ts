import { closeSync, openSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { withStackLock } from "../../engine/lock.ts";

/**
 * `node writer.ts STACK FILE ROUNDS`: takes a stack's lock so many times; while it is the writer, FILE is there. Ends
 * with 3 when another's is there already.
 */
const [stack = "", file = "", rounds = "0"] = process.argv.slice(2);

for (let round = 0; round < Number(rounds); round += 1) {
  await withStackLock(stack, { doing: "writing", wait: 300 }, async () => {
    try {
      closeSync(openSync(file, "wx"));
    } catch {
      process.exit(3);
    }
    await sleep(Math.random() * 3);
    rmSync(file);
  });
  process.stdout.write(".");
  // the other one's turn, or nearly so
  await sleep(Math.random() * 3);
}
