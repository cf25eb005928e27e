import { hex } from "./mint.ts";
import type { Schema } from "./sdk/shape.ts";
import type { Values } from "./store.ts";
import { isNothing, text } from "./values.ts";
import type { Vendor } from "./vendors/vendor.ts";

/** Which inputs were made up, kept beside them in the state as the bridged providers keep theirs. */
export const madeUp = "__defaults";

export const isMadeUp = (inputs: Values | undefined, key: string): boolean =>
  Array.isArray(inputs?.[madeUp]) && inputs[madeUp].includes(key);

/** Load balancers take no more than 32 characters; eight are the dash and the digits. */
const longestStem = 24;

/** The input that the provider makes up a name for, when the program gives none. */
export function nameKey(vendor: Vendor, type: string, schema: Schema): string | undefined {
  const special = vendor.autonames?.[type];
  if (special) return special;
  const name = schema.inputs.name;
  const named = vendor.autoname && name?.shape.is === "string" && !name.required;
  return named && schema.outputs.name?.required === true ? "name" : undefined;
}

/** The inputs with a name: the given one, the one it has, or the logical name and seven digits of `seed`. */
export function withName(
  vendor: Vendor,
  type: string,
  schema: Schema,
  given: Values,
  before: Values | undefined,
  logicalName: string,
  seed: string,
): Values {
  const key = nameKey(vendor, type, schema);
  if (!key || !isNothing(given[key]) || !isNothing(given[`${key}Prefix`])) return given;
  const had = isMadeUp(before, key) ? text(before?.[key]) : undefined;
  const made = `${logicalName.slice(0, longestStem)}-${hex(seed, 13).slice(0, 7)}`;
  // Identifiers other than plain names are lower-case at their vendors.
  return { ...given, [key]: had ?? (key === "name" ? made : made.toLowerCase()), [madeUp]: [key] };
}
