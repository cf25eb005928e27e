import type { Cause } from "./model.ts";
import type { Difference } from "./read/differences.ts";
import { escaped } from "./read/escaped.ts";
import type { Graph, Position } from "./read/graph.ts";
import { nameOf, type Step } from "./read/steps.ts";
import type { Source } from "./sources.ts";

/** What the trace of a cause walks over. */
export interface Trail {
  readonly sources: readonly Source[];
  readonly steps: ReadonlyMap<string, Step>;
  readonly graph: Graph;
  /** What feeds an input, in the state and in what is to be. */
  readonly feeds: (urn: string, property: string) => readonly string[];
}

/** A source that scores less is a guess. */
const enough = 4;

/**
 * Walks from a property that differs up through what feeds it, as long as that changes too, and says which line a
 * person changed.
 */
export function causeOf(step: Step, paths: readonly string[], trail: Trail): Cause {
  const path =
    paths[0] ?? step.differences.find(({ replaces }) => replaces)?.path ?? step.differences[0]?.path;
  const via = [`${step.name}${path ? `.${path}` : ""}`];
  const seen = new Set([step.urn]);
  let here = step;
  let property = path;
  for (;;) {
    const above = property === undefined ? undefined : upstream(here, property, trail, seen);
    const best = bestSource(here, property, trail);
    if (!above || (best && best.score >= 8))
      return best ? { ...asCause(best.source), via } : unknown(trail, via);
    seen.add(above.urn);
    here = above;
    property = (above.differences.find(({ replaces }) => replaces) ?? above.differences[0])?.path;
    via.push(`${above.name}${property ? `.${property}` : ` (${above.operation})`}`);
  }
}

/** What feeds a property and changes in this update: what is made anew before what only changes. */
function upstream(step: Step, property: string, trail: Trail, seen: ReadonlySet<string>): Step | undefined {
  const fed = trail
    .feeds(step.urn, property)
    .flatMap((urn) => (seen.has(urn) ? [] : (trail.steps.get(urn) ?? [])));
  const order = ["replace", "create", "delete", "update"];
  return fed.toSorted((a, b) => order.indexOf(a.operation) - order.indexOf(b.operation))[0];
}

interface Scored {
  readonly source: Source;
  readonly score: number;
}

function bestSource(step: Step, property: string | undefined, trail: Trail): Scored | undefined {
  const difference = step.differences.find(({ path }) => path === property);
  const positions = trail.graph.positions(step.urn);
  const scored = trail.sources
    .map((source) => ({ source, score: score(source, step, difference, positions) }))
    .toSorted((a, b) => b.score - a.score);
  const [first, second] = scored;
  if (!first) return undefined;
  // The only thing that was changed is the cause, however little it looks like it.
  return first.score >= enough || !second ? first : undefined;
}

/** How much a source looks like the cause: its value, its name, its place. */
function score(
  source: Source,
  step: Step,
  difference: Difference | undefined,
  positions: readonly Position[],
): number {
  // Of what is made or goes as a whole, the name is what there is to recognise.
  const words = wordsOf(difference?.path ?? step.name);
  const text = `${String(source.from ?? "")} ${String(source.to ?? "")}`;
  let points = 0;
  if (source.key !== undefined) {
    points += sameWords(words, wordsOf(source.key)) * 2;
    if (difference && holds(difference.to, source.to)) points += 4;
    if (difference && holds(difference.from, source.from)) points += 2;
    if (source.key.startsWith(step.capability)) points += 2;
    if (!difference && [source.from, source.to].includes(undefined)) points += 2;
    // A size, a stage or a region moves everything.
    if (/^rung:(size|stage|region|protect)$/.test(source.key)) points += 5;
    return points;
  }
  const lines = source.lineBefore;
  const near = positions.findIndex(({ file }) => file === source.file);
  const place = near === -1 ? undefined : positions[near];
  if (place) points += near <= 1 ? 2 : 1;
  else if (positions[0] && folderOf(positions[0].file) === folderOf(source.file)) points += 1;
  if (place && lines !== undefined && lines >= place.line - 3 && lines <= place.line + 45) points += 2;
  points += Math.min(4, sameWords(words, wordsOf(text)) * 2);
  if (difference) {
    if (mentions(source.to, difference.to)) points += 3;
    if (mentions(source.from, difference.from)) points += 3;
  } else if (text.includes(`"${step.name}"`) || new RegExp(`\\b${escaped(step.name)}\\b`).test(text))
    points += 4;
  return points;
}

const folderOf = (file: string): string => file.split("/").slice(0, 2).join("/");

/** `rules[0].lifecycle.deleteAfter` → delete, after; its last names count. */
const wordsOf = (path: string): Set<string> =>
  new Set(
    path
      .replaceAll(/\[\d+\]/g, "")
      .split(/[^A-Za-z]+/)
      .flatMap((part) => part.split(/(?<=[a-z])(?=[A-Z])/))
      .map((word) => word.toLowerCase().replace(/s$/, ""))
      .filter((word) => word.length > 2 && !common.has(word)),
  );

const common = new Set([
  "rung",
  "rule",
  "name",
  "value",
  "set",
  "config",
  "the",
  "and",
  "for",
  "const",
  "context",
]);

const sameWords = (some: ReadonlySet<string>, others: ReadonlySet<string>): number =>
  [...some].filter((word) => others.has(word)).length;

/** A line of code says a value as a literal. */
function mentions(line: unknown, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === "object") return false;
  const text = String(value);
  if (text === "" || typeof line !== "string") return false;
  return new RegExp(`(?<![\\w.])${escaped(text)}(?![\\w])`).test(line.replaceAll("_", ""));
}

/** A value of spec or settings stands in the property, whole or as a part of a longer text. */
function holds(property: unknown, value: unknown): boolean {
  if (value === undefined || property === undefined) return false;
  const [whole, part] = [property, value].map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  return whole === part || (part !== undefined && part.length > 3 && (whole ?? "").includes(part));
}

const asCause = ({ kind, file, line, change }: Source): Omit<Cause, "via"> => ({ kind, file, line, change });

function unknown({ sources }: Trail, via: readonly string[]): Cause {
  const files = [...new Set(sources.map(({ file }) => file))];
  const change =
    files.length === 0
      ? "nothing in spec, settings or components was changed"
      : `one of the changes in ${files.slice(0, 3).join(", ")}${files.length > 3 ? " and others" : ""}`;
  return { kind: "unknown", file: files[0], line: undefined, change, via };
}

export const namesOf = (urns: readonly string[]): string[] => [
  ...new Set(urns.filter((urn) => !/\$?(pulumi|rung):[^$]*::/.test(lastType(urn))).map(nameOf)),
];

const lastType = (urn: string): string => `${urn.split("::").at(-2)?.split("$").at(-1) ?? ""}::`;
