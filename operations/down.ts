import { type Changes, removeStack, type StateResource, stateOf, unprotectAll } from "../engine/pulumi.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { run } from "./engineRun.ts";
import type { Report } from "./progress.ts";
import { operationsOf } from "./stages.ts";
import type { Target } from "./target.ts";
import { changing, settle } from "./up.ts";

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
    const { providerProtects, emptyStores, refusedDown, detach } = await operationsOf(stage);
    await detach?.(target.context);
    if (deleteData && !providerProtects) await unprotectAll(toolchain, stack);
    else if (providerProtects) await lift({ toolchain, stack }, deleteData, report);
    if (deleteData) await emptyStores?.(toolchain, stack, report);
    const args = [...(refresh ? ["--refresh"] : []), ...(deleteData ? [] : ["--exclude-protected"])];
    const destroy = { toolchain, command: "destroy", stack, args, ...(signal ? { signal } : {}) } as const;
    const changes = await run(destroy, report).catch((error: unknown) => {
      throw refusedDown?.(error) ?? error;
    });
    if (deleteData) await removeStack(toolchain, stack);
    return changes;
  });
}

/** Inputs by which a vendor keeps something from being deleted. */
const guards = ["deletionProtection", "enableDeletionProtection"] as const;

/**
 * Vendors refuse to delete what an update has not let go of first: with its data, all of the stack; else what holds
 * none, such as a load balancer.
 */
async function lift(
  { toolchain, stack }: { readonly toolchain: Toolchain; readonly stack: string },
  deleteData: boolean,
  report: Report,
): Promise<void> {
  const made = (await stateOf(toolchain, stack)).filter(({ custom }) => custom);
  const update = { toolchain, command: "up", stack } as const;
  if (deleteData) {
    if (made.length > 0) await run({ ...update, config: { "rung:protect": "false" } }, report);
    return;
  }
  const leaving = letGo(made);
  if (leaving) await run({ ...update, ...leaving }, report);
}

/** The update that lets go of what holds no data, for a vendor to delete it; undefined where nothing is held. */
export function letGo(made: readonly StateResource[]) {
  const guarded = made.filter(
    ({ protect, inputs }) => !protect && guards.some((key) => inputs?.[key] === true),
  );
  if (guarded.length === 0) return undefined;
  return { args: guarded.flatMap(({ urn }) => ["--target", urn]), env: { RUNG_LEAVING: "true" } };
}
