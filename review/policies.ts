import { glob } from "node:fs/promises";
import { join } from "node:path";
import type { EngineEvent, StepMetadata } from "../engine/pulumi.ts";
import type { Registered, Violation } from "../policies/violations.ts";
import type { PolicyResult } from "./model.ts";
import type { Graph } from "./read/graph.ts";
import { nameOf } from "./read/steps.ts";
import type { Preview } from "./rehearsed.ts";
import { type Tree, workingTree } from "./trees.ts";

/**
 * Packs that a team keeps beside Rung's own: folders of `policies/` with a PulumiPolicy.yaml. The engine judges by them.
 */
export async function teamPacks({ folder }: Tree = workingTree): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob("policies/*/PulumiPolicy.yaml", { cwd: folder }))
    found.push(join(folder, file, ".."));
  return found.toSorted();
}

/** What stands, as Rung's own rules found it, and the rules. */
export interface Judged {
  readonly violations: readonly Violation[];
  readonly judge: (resources: readonly Registered[]) => Violation[];
}

/** Has the rules look at what stands: it can be done while a preview is made. */
export async function judgedBefore(graph: Graph): Promise<Judged> {
  const judge = await theRules();
  return { violations: judge([...graph.resources.values()]), judge };
}

/**
 * What Rung's own rules say of what is to be, and whether they said so of what stands. They are the pack's rules, and
 * read the engine's events: the pack's process is not started.
 */
export function policiesOf(
  { violations, judge }: Judged,
  graph: Graph,
  { events, plan }: Pick<Preview, "events" | "plan">,
): PolicyResult[] {
  const said = (one: Violation) => [one.policy, one.urn, one.message].join("\n");
  const renamed = renamedIn(events);
  const before = new Set(violations.map((one) => said({ ...one, urn: renamed.get(one.urn) ?? one.urn })));
  return judge(toBe(events, plan, graph)).map((one) => ({
    pack: "rung",
    policy: one.policy,
    level: one.level,
    severity: one.severity,
    resource: nameOf(one.urn),
    urn: one.urn,
    message: one.message,
    known: before.has(said(one)),
  }));
}

/** What an alias gives another name stays what it was. */
const renamedIn = (events: readonly EngineEvent[]): ReadonlyMap<string, string> =>
  new Map(
    events.flatMap(({ resourcePreEvent }) => {
      const { old, urn } = resourcePreEvent?.metadata ?? {};
      return old && urn && old.urn !== urn ? [[old.urn, urn]] : [];
    }),
  );

async function theRules(): Promise<Judged["judge"]> {
  const [{ violationsIn }, { rules, stackRules }, { compliancePacks }, { exceptions }] = await Promise.all([
    import("../policies/violations.ts"),
    import("../policies/rules/index.ts"),
    import("../policies/compliance/index.ts"),
    import("../policies/exceptions.ts"),
  ]);
  const today = new Date().toISOString().slice(0, 10);
  const judges = { rules, stackRules, packs: Object.values(compliancePacks), exceptions, today };
  return (resources) => violationsIn(resources, judges);
}

/** All that the program asks for, as the engine saw it in a preview: what stays as it is among it. */
function toBe(events: readonly EngineEvent[], plan: Preview["plan"], graph: Graph): Registered[] {
  const asked = new Map<string, Registered>();
  for (const { resourcePreEvent } of events) {
    const metadata = resourcePreEvent?.metadata;
    if (metadata?.new && !/^(delete|discard|forget)/.test(metadata.op)) {
      const resource = registered(metadata, metadata.new);
      // A preview that failed leaves no plan: then what stood is all there is to know.
      const { propertyDependencies } = plan[metadata.urn] ?? graph.resources.get(metadata.urn) ?? {};
      asked.set(metadata.urn, { ...resource, ...(propertyDependencies ? { propertyDependencies } : {}) });
    }
  }
  return [...asked.values()];
}

const registered = (
  { urn, type, old }: StepMetadata,
  { protect, inputs, outputs, id }: NonNullable<StepMetadata["new"]>,
): Registered => ({
  urn,
  type,
  id: id || old?.id || "",
  protect: protect === true,
  inputs,
  outputs,
});
