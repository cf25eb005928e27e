import { failure } from "../components/model/diagnostics.ts";
import type { Size } from "../components/model/words.ts";
import type { StateResource } from "../engine/backend.ts";
import { exportState } from "../engine/stack.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { nameOfUrn } from "./rehearse/events.ts";
import { rehearsedState } from "./rehearse/index.ts";
import type { HostedStage } from "./rehearse/settings.ts";
import { loadTarget } from "./target.ts";

export interface GraphNode {
  readonly id: string;
  /** e.g. `aws:rds/instance:Instance`. */
  readonly type: string;
  readonly name: string;
  readonly protected: boolean;
}

/** Resources, and which needs which. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** `from` needs `to`: pairs of ids. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** The graph in a stack's state: what a provider made, no components. */
export function graphOf(resources: readonly StateResource[]): Graph {
  const real = resources.filter(({ type, custom }) => custom && !type.startsWith("pulumi:"));
  const ids = new Set(real.map(({ urn }) => urn));
  return {
    nodes: real
      .map(({ urn, type, protect }) => ({ id: urn, type, name: nameOfUrn(urn), protected: protect === true }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    edges: real.flatMap(({ urn, dependencies = [] }) =>
      [...new Set(dependencies)].filter((to) => ids.has(to)).map((to) => ({ from: urn, to })),
    ),
  };
}

/** The graph of a hosted stage: its resources as a rehearsal makes them. No account is reached. */
export async function stageGraph(stage: HostedStage, toolchain: Toolchain, size?: Size): Promise<Graph> {
  return graphOf(await rehearsedState(stage, toolchain, size));
}

/**
 * The graph of a living stack.
 * @throws DiagnosticsError when there is no such stack
 */
export async function livingGraph(toolchain: Toolchain, stack: string): Promise<Graph> {
  await loadTarget(stack);
  // as Pulumi exports it, whatever holds the state
  const { deployment } = (await exportState(toolchain, stack)) as {
    deployment: { resources?: StateResource[] };
  };
  if (deployment.resources) return graphOf(deployment.resources);
  throw failure(`the stack ${stack} is not up`, `rung up --stack ${stack}`);
}

/** Resources that are drawn as one box. */
export interface Box {
  /** `aws rds`, `hcloud Server`. */
  readonly name: string;
  /** What is in it, most first: `Subnet` 9 times, … */
  readonly kinds: readonly (readonly [kind: string, count: number])[];
  readonly protects: boolean;
}

export interface Diagram {
  readonly boxes: readonly Box[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  /** Services that are left out of it. */
  readonly hidden: readonly string[];
}

/** `aws:ec2/subnet:Subnet` is a `Subnet` of `aws ec2`; `hcloud:index/server:Server` a `Server` of `hcloud`. */
export function serviceOf(type: string): { service: string; kind: string } {
  const [provider = "", module = "", kind = ""] = type.split(":");
  const [name = ""] = module.split("/");
  return { service: name === "index" || name === "" ? provider : `${provider} ${name}`, kind };
}

/** More boxes than this nobody reads. */
const legible = 40;

/** Rights, keys, passwords and alarms hang on everything: drawn, they hide the rest. */
const plumbing = new Set(["random", "tls", "aws cloudwatch", "aws iam", "aws kms", "aws sns", "aws vpc"]);

/**
 * The graph with few enough boxes to read: one a kind of resource or, where these are too many, one a service. What
 * follows from two other edges is left out, and of two boxes that need each other the edge that fewer resources have.
 */
export function diagramOf(graph: Graph): Diagram {
  const shown = graph.nodes.filter(({ type }) => !plumbing.has(serviceOf(type).service));
  const kindly = new Set(shown.map(({ type }) => type)).size <= legible;
  const boxOf = (type: string) => {
    const { service, kind } = serviceOf(type);
    return kindly ? `${service} ${kind}` : service;
  };
  const belongs = new Map(shown.map(({ id, type }) => [id, boxOf(type)]));
  const weights = new Map<string, Map<string, number>>();
  for (const edge of graph.edges) {
    const [from, to] = [belongs.get(edge.from), belongs.get(edge.to)];
    if (!from || !to || from === to) continue;
    const row = weights.get(from) ?? new Map<string, number>();
    weights.set(from, row.set(to, (row.get(to) ?? 0) + 1));
  }
  const boxes = Map.groupBy(shown, ({ type }) => boxOf(type));
  return {
    boxes: [...boxes].map(([name, nodes]) => ({
      name,
      kinds: kindsOf(nodes),
      protects: nodes.some((node) => node.protected),
    })),
    edges: reduced(weights),
    hidden: [...new Set(graph.nodes.map(({ type }) => serviceOf(type).service))].filter((one) =>
      plumbing.has(one),
    ),
  };
}

function kindsOf(nodes: readonly GraphNode[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { type } of nodes) {
    const { kind } = serviceOf(type);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].toSorted(([a, many], [b, few]) => few - many || (a < b ? -1 : 1));
}

type Weights = ReadonlyMap<string, ReadonlyMap<string, number>>;

function reduced(weights: Weights): { from: string; to: string }[] {
  const heavier = (from: string, to: string, weight: number) => {
    const back = weights.get(to)?.get(from) ?? 0;
    return weight > back || (weight === back && from < to);
  };
  const next = new Map(
    [...weights].map(([from, row]) => [
      from,
      [...row].filter(([to, weight]) => heavier(from, to, weight)).map(([to]) => to),
    ]),
  );
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (next.get(from) ?? []).some((one) => {
      if (one === to) return true;
      if (seen.has(one)) return false;
      seen.add(one);
      return reaches(one, to, seen);
    });
  // In a circle of three or more every edge follows from others: none of them may go.
  const inCircle = (from: string, to: string) => reaches(to, from, new Set());
  // Sorted: a state lists resources in the order in which they happened to be made.
  const byName = [...next].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byName.flatMap(([from, all]) =>
    all
      .filter(
        (to) =>
          inCircle(from, to) ||
          !all.some((other) => other !== to && !inCircle(from, other) && reaches(other, to, new Set([from]))),
      )
      .toSorted()
      .map((to) => ({ from, to })),
  );
}
