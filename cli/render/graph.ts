import { type Box, diagramOf, type Graph, serviceOf } from "../../operations/graph.ts";

/** As Mermaid, for a page. Thick boxes hold what is protected. */
export function diagram(graph: Graph): string {
  const { boxes, edges, hidden } = diagramOf(graph);
  const id = (name: string) => name.replace(/\W/g, "_");
  return [
    "```mermaid",
    "flowchart LR",
    ...boxes.map((box) => `  ${id(box.name)}["${label(box)}"]`),
    ...edges.map(({ from, to }) => `  ${id(from)} --> ${id(to)}`),
    ...boxes.filter(({ protects }) => protects).map(({ name }) => `  style ${id(name)} stroke-width:3px`),
    "```",
    ...(hidden.length > 0 ? ["", `Not drawn: ${hidden.join(", ")}.`] : []),
  ].join("\n");
}

/** How many kinds a box names. */
const named = 5;

function label({ name, kinds }: Box): string {
  const [only] = kinds;
  if (only && kinds.length === 1 && name.endsWith(` ${only[0]}`)) return times(name, only[1]);
  const rest = kinds.slice(named).reduce((sum, [, count]) => sum + count, 0);
  return [
    `<b>${name}</b>`,
    ...kinds.slice(0, named).map(([kind, count]) => times(kind, count)),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ].join("<br/>");
}

const times = (kind: string, count: number): string => (count > 1 ? `${kind} × ${count}` : kind);

/** Every resource by its service, with what it needs. */
export function graphText(graph: Graph): string {
  const label = new Map(graph.nodes.map(({ id, type, name }) => [id, `${serviceOf(type).kind} ${name}`]));
  const needs = Map.groupBy(graph.edges, ({ from }) => from);
  const services = Map.groupBy(graph.nodes, ({ type }) => serviceOf(type).service);
  const lines = [...services].flatMap(([service, nodes]) => [
    service,
    ...nodes.flatMap((node) => [
      `  ${label.get(node.id)}${node.protected ? "  (protected)" : ""}`,
      ...(needs.get(node.id) ?? []).map(({ to }) => `    needs ${label.get(to)}`),
    ]),
  ]);
  return [...lines, "", `${graph.nodes.length} resources, ${graph.edges.length} dependencies`].join("\n");
}
