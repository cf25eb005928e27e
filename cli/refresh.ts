import { loadTarget } from "../operations/target.ts";
import { refresh as lookBack } from "../operations/up.ts";
import { counts, type StackOptions, titleOf } from "./change.ts";
import { watched } from "./watched.ts";

/** Reads the world back into the state, showing what differed. */
export async function refresh(options: StackOptions): Promise<number> {
  const target = await loadTarget(options.stack);
  const ended = await watched(options, titleOf(target.context), async (report, signal) => ({
    changes: await lookBack(target, { signal }, report),
  }));
  if ("exitCode" in ended) return ended.exitCode;
  const { changes } = ended.done;
  const differs = changes.update + changes.delete + changes.create + changes.replace > 0;
  if (options.json) return 0;
  const found = differs
    ? `differed: ${counts(changes)}; "rung up" mends it`
    : "nothing differs from the state";
  process.stdout.write(`\n  ${found}\n`);
  return 0;
}
