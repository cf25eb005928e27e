import { isDeepStrictEqual } from "node:util";
import type { StepMetadata } from "../../engine/pulumi.ts";

/** One property that differs, with its plain values; secrets are masked by the engine already. */
export interface Difference {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly replaces: boolean;
  readonly secret: boolean;
}

/** What the engine writes in the place of a secret, and of what is not known before it is made. */
const secretMark = "[secret]";
export const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The properties of a step that differ: those that the provider names, else those whose inputs differ. A property
 * that holds JSON on both sides is taken apart, so that one line of a policy is one line of a review.
 */
export function differences(metadata: StepMetadata): Difference[] {
  const { detailedDiff, diffs, keys, old, new: now } = metadata;
  const [before, after] = [old?.inputs ?? {}, now?.inputs ?? {}];
  const named = Object.entries(detailedDiff ?? {});
  const replacing = new Set(keys ?? []);
  const paths: [path: string, replaces: boolean][] =
    named.length > 0
      ? named.map(([path, { diffKind }]) => [path, diffKind.endsWith("replace")])
      : (diffs ?? keys ?? differingKeys(before, after)).map((path) => [path, replacing.has(path)]);
  return paths.flatMap(([path, replaces]) => {
    // A provider may name what only its outputs show.
    const from = at(before, path) ?? at(old?.outputs ?? {}, path);
    const to = at(after, path);
    return inside(path, from, to).map((one) => ({
      ...one,
      replaces,
      secret: [one.from, one.to].some(holdsSecret),
    }));
  });
}

const differingKeys = (before: object, after: object): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !isDeepStrictEqual(at(before, key), at(after, key)),
  );

/** What stands at a path such as `rules[0].lifecycle.deleteAfter` or `tags["a.b"]`. */
export function at(value: unknown, path: string): unknown {
  let here = value;
  for (const part of path.match(/"(?:[^"\\]|\\.)*"|[^.[\]"]+/g) ?? []) {
    if (typeof here !== "object" || here === null) return undefined;
    const key = part.startsWith('"') ? (JSON.parse(part) as string) : part;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

type Pair = Pick<Difference, "path" | "from" | "to">;

/** The leaves that differ under a path. */
function inside(path: string, from: unknown, to: unknown): Pair[] {
  const [before, after] = [parsed(from), parsed(to)];
  const lists = Array.isArray(before) && Array.isArray(after);
  if (lists && [...before, ...after].some((one) => !isObject(one))) {
    const [gone, come] = [missing(before, after), missing(after, before)];
    // The same in another order, or a secret: the engine masks both sides alike.
    return [gone.length + come.length === 0 ? { path, from, to } : { path, from: gone, to: come }];
  }
  if (lists || (isObject(before) && isObject(after))) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    const found = [...keys].flatMap((key) => {
      const [a, b] = [(before as never)[key], (after as never)[key]] as unknown[];
      if (isDeepStrictEqual(a, b)) return [];
      return inside(lists ? `${path}[${key}]` : `${path}.${key}`, a, b);
    });
    if (found.length > 0) return found;
  }
  return [{ path, from, to }];
}

/** Of a list of plain values, what the other has not. */
const missing = (some: readonly unknown[], others: readonly unknown[]): unknown[] =>
  some.filter((one) => !others.some((other) => isDeepStrictEqual(one, other)));

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Policies and container definitions are JSON in text. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function holdsSecret(value: unknown): boolean {
  if (value === secretMark) return true;
  if (typeof value === "string") return value.includes(secretMark);
  return isObject(value) && Object.values(value).some(holdsSecret);
}
