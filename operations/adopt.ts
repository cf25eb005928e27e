import type { PendingOperation, StateResource } from "../engine/pulumi.ts";
import type { Origin } from "../engine/runLog.ts";
import type { Being } from "../engine/world.ts";

/** A stack's state as Pulumi exports it, as far as it is touched here. */
export interface Deployment {
  readonly resources?: readonly StateResource[];
  readonly pending_operations?: readonly PendingOperation[];
}

/** What is there and not in the state, and where it belongs as far as it was noted. */
export interface Stray extends Being {
  readonly origin: Origin | undefined;
}

/**
 * Takes strays into a state, and lets go of the notes about what was under way: a refresh reads the rest. One that
 * replaces another leaves that marked for deletion, or takes its place where that is gone already.
 * @returns the state, and the strays for which no provider is known
 */
export function adopt(
  state: Deployment,
  strays: readonly Stray[],
): { readonly state: Deployment; readonly homeless: readonly Stray[] } {
  const homeless: Stray[] = [];
  let resources = [...(state.resources ?? [])];
  for (const stray of strays) {
    const entry = entryOf(stray, state, resources);
    if (!entry) {
      homeless.push(stray);
      continue;
    }
    resources = [
      ...resources
        .filter(({ urn, pendingReplacement }) => urn !== stray.urn || !pendingReplacement)
        .map((one) => (one.urn === stray.urn ? { ...one, delete: true } : one)),
      entry,
    ];
  }
  return { state: { ...state, resources, pending_operations: [] }, homeless };
}

function entryOf(
  { urn, type, id, origin }: Stray,
  { pending_operations: pending = [] }: Deployment,
  resources: readonly StateResource[],
): StateResource | undefined {
  const noted = pending.find((one) => one.type === "creating" && one.resource.urn === urn)?.resource;
  if (noted) return { ...noted, id, custom: true, outputs: noted.outputs ?? {} };
  const known = new Set(resources.map((one) => one.urn));
  const provider = providerFor(type, origin?.provider, resources);
  if (!provider) return undefined;
  const stack = resources.find((one) => one.type === "pulumi:pulumi:Stack")?.urn;
  const parent = origin?.parent && known.has(origin.parent) ? origin.parent : stack;
  return { urn, type, id, custom: true, inputs: {}, outputs: {}, provider, ...(parent ? { parent } : {}) };
}

/** The provider that was noted if the state has it, else any of that package. */
function providerFor(
  type: string,
  noted: string | undefined,
  resources: readonly StateResource[],
): string | undefined {
  const all = resources
    .filter((one) => one.type === `pulumi:providers:${type.split(":")[0]}`)
    .map((one) => `${one.urn}::${one.id}`);
  return all.find((one) => one === noted) ?? all[0];
}
