import { expect, test } from "vitest";
import { diagram, graphText } from "../../../cli/render/graph.ts";
import type { StateResource } from "../../../engine/backend.ts";
import { diagramOf, graphOf } from "../../../operations/graph.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::rung::${type}::${name}`;
const resource = (
  type: string,
  name: string,
  needs: readonly string[] = [],
  protect = false,
): StateResource => ({
  urn: urn(type, name),
  type,
  custom: true,
  protect,
  dependencies: needs,
});
const [vpc, server, disk, password] = [
  "aws:ec2/vpc:Vpc",
  "hcloud:index/server:Server",
  "hcloud:index/volume:Volume",
  "random:index/randomPassword:RandomPassword",
] as const;

const resources = [
  { urn: urn("pulumi:pulumi:Stack", "s"), type: "pulumi:pulumi:Stack" },
  { urn: urn("rung:x:Stage", "s"), type: "rung:x:Stage", custom: false },
  resource(vpc, "net"),
  resource(disk, "data", [urn(vpc, "net")], true),
  resource(password, "login"),
  resource(server, "one", [
    urn(disk, "data"),
    urn(vpc, "net"),
    urn(password, "login"),
    urn("rung:x:Stage", "s"),
  ]),
  resource(server, "two", [urn(disk, "data")]),
];

test("a graph is of what providers made, with what each needs", () => {
  const graph = graphOf(resources);
  expect(graph.nodes.map(({ name }) => name).toSorted()).toEqual(["data", "login", "net", "one", "two"]);
  expect(graph.edges).toHaveLength(5);
  expect(graphText(graph)).toContain("  Volume data  (protected)\n    needs Vpc net");
});

test("a diagram leaves out what follows, and the plumbing", () => {
  const { boxes, edges, hidden } = diagramOf(graphOf(resources));
  expect(boxes.map(({ name }) => name).toSorted()).toEqual(["aws ec2 Vpc", "hcloud Server", "hcloud Volume"]);
  // that the server needs the network follows from its disk
  expect(edges).toEqual([
    { from: "hcloud Server", to: "hcloud Volume" },
    { from: "hcloud Volume", to: "aws ec2 Vpc" },
  ]);
  expect(hidden).toEqual(["random"]);
  expect(diagram(graphOf(resources))).toContain("style hcloud_Volume stroke-width:3px");
  expect(diagram(graphOf(resources))).toContain('hcloud_Server["hcloud Server × 2"]');
});

test("more kinds than anybody reads are drawn a service at a time", () => {
  const many = Array.from({ length: 41 }, (_, index) => resource(`aws:ec2/k${index}:K${index}`, "x"));
  const { boxes } = diagramOf(graphOf(many));
  expect(boxes.map(({ name }) => name)).toEqual(["aws ec2"]);
  expect(diagram(graphOf(many))).toContain("and 36 more");
});

test("a circle of boxes keeps its edges", () => {
  const [a, b, c] = ["p:index/a:A", "p:index/b:B", "p:index/c:C"] as const;
  const circle = [
    resource(a, "1", [urn(b, "1")]),
    resource(b, "1", [urn(c, "1")]),
    resource(c, "1"),
    resource(c, "2", [urn(a, "1")]),
  ];
  expect(diagramOf(graphOf(circle)).edges).toHaveLength(3);
});
