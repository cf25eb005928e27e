import { type Changes, hasResources, removeStack, unprotectAll } from "../engine/pulumi.ts";
import type { Report } from "./progress.ts";
import { operationsOf } from "./stages.ts";
import type { Target } from "./target.ts";
import { changing, run, settle } from "./up.ts";

export interface DownOptions {
  /** Stores of data, and what unlocks them, too; then the stack itself is let go of. */
  readonly deleteData: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Takes a stack down. What is protected (stores of data, and what unlocks them) stays, unless its deletion is asked for.
 * @throws DiagnosticsError when the engine fails; run again, it goes on from there
 */
export function down(target: Target, { deleteData, signal }: DownOptions, report: Report): Promise<Changes> {
  const { stack, stage } = target.context;
  return changing(target, "rung down", report, async (toolchain) => {
    const refresh = await settle(toolchain, target, report);
    if (deleteData && (await hasResources(toolchain, stack))) {
      if ((await operationsOf(stage)).providerProtects) {
        await run({ toolchain, command: "up", stack, config: { "rung:protect": "false" } }, report);
      } else await unprotectAll(toolchain, stack);
    }
    const args = [...(refresh ? ["--refresh"] : []), ...(deleteData ? [] : ["--exclude-protected"])];
    const destroy = { toolchain, command: "destroy", stack, args, ...(signal ? { signal } : {}) } as const;
    const changes = await run(destroy, report);
    if (deleteData) await removeStack(toolchain, stack);
    return changes;
  });
}
