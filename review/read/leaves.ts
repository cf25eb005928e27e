import { isDeepStrictEqual } from "node:util";

export interface Leaf {
  /** With dots, e.g. `database.pool.mode`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The keys whose values differ. */
export const differs = (
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );

/** Where two plain values differ, as deep as both are objects. Something new or gone is one leaf. */
export function leavesThatDiffer(before: unknown, after: unknown, path = ""): Leaf[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ path, from: before, to: after }];
  return differs(before, after).flatMap((key) =>
    leavesThatDiffer(before[key], after[key], path === "" ? key : `${path}.${key}`),
  );
}
