import { checkInputs } from "./generic/check.ts";
import type { Library } from "./generic/sdk/library.ts";
import type { Properties, Schema } from "./generic/sdk/shape.ts";
import { hasUnknown, same } from "./generic/values.ts";
import type { Change, Failure, Values } from "./provider.ts";

/** What an SDK declares of the types that are served, written by generate.ts. */
export interface Table {
  /** Of the SDK. */
  readonly version: string;
  readonly resources: Readonly<
    Record<string, { inputs: Properties; outputs: readonly string[]; secrets: readonly string[] }>
  >;
  /** Nested object types, by reference. */
  readonly objects: Readonly<Record<string, Properties>>;
}

/** Every input that the SDK does not declare, that is missing, or that is of a wrong type. */
export function failuresIn(table: Table, token: string, given: Values): Failure[] {
  const inputs = table.resources[token]?.inputs ?? {};
  const schema: Schema = { token, inputs, outputs: {}, secrets: [], constants: {} };
  const types = { object: (ref: string) => table.objects[ref] ?? {}, enumeration: () => [] };
  // checkInputs() asks a library for these two functions only.
  return checkInputs(types as unknown as Library, schema, given);
}

/** The outputs of a type that nothing says before it is made. */
export const computedOutputs = (table: Table, token: string): string[] => {
  const resource = table.resources[token];
  return (resource?.outputs ?? []).filter((name) => !(name in (resource?.inputs ?? {})));
};

/**
 * What differs between two sets of inputs, key by key, as they compare after `normal` (defaults left out, sets in one
 * order). A value that is not known yet differs from every other.
 */
export function changesBetween(
  before: Values,
  now: Values,
  replaces: (key: string) => boolean,
  ignore: readonly string[] = [],
): Change[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys]
    .filter(
      (key) => !key.startsWith("__") && !ignore.some((path) => path === key || path.startsWith(`${key}[`)),
    )
    .filter((key) => hasUnknown(now[key]) || !same(before[key], now[key]))
    .map((path) => ({
      path,
      kind: before[path] === undefined ? "add" : now[path] === undefined ? "delete" : "update",
      replaces: replaces(path),
    }));
}
