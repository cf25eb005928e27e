import { isDeepStrictEqual } from "node:util";
import type { EngineEvent, PolicyEvent, StepMetadata } from "../../engine/pulumi.ts";
import { capabilityOf } from "../../operations/engineRun.ts";
import type { Counts, Operation, PolicyResult, ResourceName } from "../model.ts";
import { type Difference, differences } from "./differences.ts";

/** What the engine would do to one resource: the material that rules judge. */
export interface Step extends ResourceName {
  readonly operation: Operation;
  readonly differences: readonly Difference[];
  /** Inputs before and after; secrets are masked by the engine. Empty where there is no such side. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Pulumi's own protection, before and after. */
  readonly protectedBefore: boolean;
  readonly protectedAfter: boolean;
  /** It is only forgotten by Pulumi; what was made stays where it is. */
  readonly retained: boolean;
  /** The old one is deleted before the new one is there. */
  readonly deletesFirst: boolean;
  readonly reason: string | undefined;
}

export interface Read {
  readonly steps: readonly Step[];
  /** Resources that an alias renamed, and nothing else. */
  readonly renamed: readonly { readonly from: string; readonly to: ResourceName }[];
  readonly counts: Counts;
  readonly policies: readonly PolicyResult[];
}

const operations: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  import: "import",
  "import-replacement": "replace",
  discard: "forget",
  forget: "forget",
};

export const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

export const resourceName = (urn: string, type: string): ResourceName => ({
  urn,
  type,
  name: nameOf(urn),
  capability: capabilityOf(type, nameOf(urn)),
});

/** Reads a preview's events. Rung's own components and providers' registrations are not resources of anybody's. */
export function readEvents(events: readonly EngineEvent[]): Read {
  const steps: Step[] = [];
  const renamed: { from: string; to: ResourceName }[] = [];
  const policies: PolicyResult[] = [];
  const counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  const metadata = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const order = orderOfReplacements(metadata);
  for (const one of metadata) {
    const { op, urn, type, old } = one;
    if (type.startsWith("pulumi:") || type.startsWith("rung:")) continue;
    if (op === "same") {
      counts.same += 1;
      if (old && old.urn !== urn) renamed.push({ from: old.urn, to: resourceName(urn, type) });
      continue;
    }
    const operation = operations[op];
    if (!operation) continue;
    const step = stepOf(one, operation, order.get(urn) === "delete");
    steps.push(step);
    if (operation in counts) counts[operation as keyof typeof counts] += 1;
  }
  for (const { policyEvent } of events) if (policyEvent) policies.push(policyOf(policyEvent));
  return { steps, renamed, counts, policies };
}

/** For each replaced resource, which half comes first. */
function orderOfReplacements(steps: readonly StepMetadata[]): ReadonlyMap<string, "create" | "delete"> {
  const first = new Map<string, "create" | "delete">();
  for (const { op, urn } of steps) {
    if (first.has(urn)) continue;
    if (op === "create-replacement") first.set(urn, "create");
    else if (op === "delete-replaced") first.set(urn, "delete");
  }
  return first;
}

function stepOf(metadata: StepMetadata, operation: Operation, deletesFirst: boolean): Step {
  const { urn, type, old, new: now } = metadata;
  const before = old?.inputs ?? {};
  const after = now?.inputs ?? {};
  const found = operation === "update" || operation === "replace" ? differences(metadata) : [];
  const retained = (now ?? old) as { retainOnDelete?: boolean } | null | undefined;
  return {
    ...resourceName(urn, type),
    operation,
    differences: found,
    before: operation === "create" ? {} : before,
    after: operation === "delete" || operation === "forget" ? {} : after,
    outputs: old?.outputs ?? {},
    protectedBefore: old?.protect === true,
    protectedAfter: now?.protect === true,
    retained: retained?.retainOnDelete === true,
    deletesFirst,
    reason: reasonOf(metadata, operation, found),
  };
}

/** Why there is a change that its properties alone do not tell. */
function reasonOf(
  { urn, old, new: now, provider }: StepMetadata,
  operation: Operation,
  found: readonly Difference[],
): string | undefined {
  if (operation !== "update" && operation !== "replace") return undefined;
  if (old && old.urn !== urn) return `renamed by an alias, from ${nameOf(old.urn)}`;
  if (found.length > 0) {
    return found.every(({ secret }) => secret) ? "only the value of a secret differs" : undefined;
  }
  const oldProvider = (old as { provider?: string } | null | undefined)?.provider;
  if (oldProvider && provider && oldProvider !== provider) {
    return "its provider is another one, or another version";
  }
  if (isDeepStrictEqual(old?.inputs, now?.inputs)) {
    return "the provider says that it differs and names no property; its inputs are the same: a secret, or what the provider itself does";
  }
  return "the provider says that it differs and names no property";
}

const policyOf = (event: PolicyEvent): PolicyResult => ({
  pack: event.policyPackName,
  policy: event.policyName,
  level: event.enforcementLevel as PolicyResult["level"],
  severity: event.severity,
  resource: event.resourceUrn ? nameOf(event.resourceUrn) : undefined,
  urn: event.resourceUrn,
  message: event.message,
  known: false,
});
