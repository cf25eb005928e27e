import { loadTarget } from "../operations/target.ts";
import { preview as lookAhead } from "../operations/up.ts";
import { type ChangeOptions, counts, overridesOf, titleOf } from "./change.ts";
import { watched } from "./watched.ts";

/** What `up` would do. */
export async function preview(options: ChangeOptions): Promise<number> {
  const overrides = overridesOf(options);
  const target = await loadTarget(options.stack, overrides);
  const ended = await watched(options, titleOf(target.context), async (report, signal) => ({
    changes: await lookAhead(target, { overrides, signal }, report),
  }));
  if ("exitCode" in ended) return ended.exitCode;
  if (!options.json) process.stdout.write(`\n  would: ${counts(ended.done.changes)}\n`);
  return 0;
}
