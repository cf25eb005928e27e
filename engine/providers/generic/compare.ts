import type { Library } from "./sdk/library.ts";
import type { Properties, Property, Schema, Shape } from "./sdk/shape.ts";
import type { Values } from "./store.ts";
import { hasUnknown, isNothing, isObject, same } from "./values.ts";
import type { Vendor } from "./vendors/vendor.ts";

export interface Change {
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/**
 * What changes between what was asked for before and is asked for now, property by property.
 * `type` is the vendor's one name for it. A value that the vendor chose before, and that is asked for now, is no change.
 */
export function changesBetween(
  library: Library,
  schema: Schema,
  vendor: Vendor,
  type: string,
  before: { readonly inputs: Values; readonly outputs: Values },
  now: Values,
  ignore: readonly string[],
): Change[] {
  const sourced = new Set([...(vendor.replaces[type] ?? []), ...(vendor.replaces["*"] ?? [])]);
  const inPlace = new Set(vendor.inPlace?.[type] ?? []);
  const replaces = (path: string, property: Property | undefined): boolean => {
    const plain = path.replace(/\[[^\]]*\]/g, "");
    return !inPlace.has(plain) && (sourced.has(plain) || property?.replaces === true);
  };
  const changes: Change[] = [];

  function walk(declared: Properties, old: Values, latest: Values, path: string, inherited: boolean): void {
    for (const name of new Set([...Object.keys(old), ...Object.keys(latest)])) {
      if (name.startsWith("__")) continue;
      const at = path ? `${path}.${name}` : name;
      compare(declared[name], old[name], latest[name], at, inherited);
    }
  }

  function compare(
    property: Property | undefined,
    old: unknown,
    latest: unknown,
    path: string,
    inherited: boolean,
  ): void {
    if (same(old, latest) || ignored(path, ignore)) return;
    const forces = inherited || replaces(path, property);
    if (isNothing(latest) || isNothing(old) || !descend(property?.shape, old, latest, path, forces)) {
      changes.push({
        path,
        kind: isNothing(old) ? "add" : isNothing(latest) ? "delete" : "update",
        replaces: forces,
      });
    }
  }

  /** Goes into objects and lists of objects, where the vendor knows one property from another. */
  function descend(
    shape: Shape | undefined,
    old: unknown,
    latest: unknown,
    path: string,
    forces: boolean,
  ): boolean {
    if (shape?.is === "object" && isObject(old) && isObject(latest)) {
      walk(library.object(shape.ref), old, latest, path, forces);
      return true;
    }
    if (shape?.is === "array" && shape.of.is === "object" && Array.isArray(old) && Array.isArray(latest)) {
      const length = Math.max(old.length, latest.length);
      const element: Property = { shape: shape.of, required: true };
      for (let i = 0; i < length; i++) compare(element, old[i], latest[i], `${path}[${i}]`, forces);
      return true;
    }
    return false;
  }

  for (const name of new Set([...Object.keys(before.inputs), ...Object.keys(now)])) {
    if (name.startsWith("__")) continue;
    const old = before.inputs[name];
    const latest = now[name];
    const property = schema.inputs[name];
    const computed = before.outputs[name];
    const vendorChooses = schema.outputs[name]?.required === true && property?.required !== true;
    if (isNothing(old) && !hasUnknown(latest) && same(computed, latest)) continue;
    // What is asked for no longer, the vendor keeps where it would have chosen itself.
    if (isNothing(latest) && vendorChooses) continue;
    compare(property, old, latest, name, false);
  }
  return changes;
}

const ignored = (path: string, ignore: readonly string[]): boolean =>
  ignore.some((prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`));
