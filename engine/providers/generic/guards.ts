import type { Failure } from "./check.ts";
import { danglingReferences } from "./references.ts";
import type { Held, Store, Values } from "./store.ts";
import { isNothing, isObject, text } from "./values.ts";
import type { Vendor } from "./vendors/vendor.ts";

/** What a provider would refuse, said as it would say it. */
export class Refusal extends Error {
  readonly failures: readonly Failure[];
  constructor(message: string, failures: readonly Failure[] = []) {
    super(message);
    this.name = "Refusal";
    this.failures = failures;
  }
}

const canonical = (vendor: Vendor, type: string): string => vendor.canonical?.(type) ?? type;

/** @throws Refusal when what it needs is not there, or an input names nothing */
export function demandReferences(
  vendor: Vendor,
  store: Store,
  type: string,
  inputs: Values,
  scope: string,
): void {
  const wrong = vendor.precondition?.(type, inputs, scope, () => store.all());
  if (wrong) throw new Refusal(wrong);
  const failures = danglingReferences(inputs, store, vendor).map(({ property, reference }) => ({
    property,
    reason: `"${property}" names ${reference}, which does not exist`,
  }));
  if (failures.length > 0) throw new Refusal(failures.map(({ reason }) => reason).join("; "), failures);
}

/** @throws Refusal when another of its type bears the name */
export function demandFreeName(
  vendor: Vendor,
  store: Store,
  type: string,
  inputs: Values,
  scope: string,
): void {
  const keys = vendor.unique?.[canonical(vendor, type)];
  if (!keys || keys.every((key) => isNothing(inputs[key]))) return;
  const twin = store
    .all()
    .find(
      (held) =>
        held.type === type && held.scope === scope && keys.every((key) => held.inputs[key] === inputs[key]),
    );
  if (!twin) return;
  const named = keys.map((key) => `${key} "${String(inputs[key])}"`).join(", ");
  throw new Refusal(`${type} with ${named} already exists`);
}

/** @throws Refusal when it is protected, or something still needs it */
export function demandDeletable(vendor: Vendor, store: Store, held: Held): void {
  const why = vendor.refuses?.[canonical(vendor, held.type)]?.(held);
  if (why) throw new Refusal(`${held.type} "${held.id}" cannot be deleted: ${why}`);
  const types = vendor.heldBy?.[canonical(vendor, held.type)];
  if (!types) return;
  const names = new Set([held.id, text(held.outputs.arn)].filter((name) => name !== undefined));
  const user = store
    .all()
    .find(
      (other) =>
        types.includes(canonical(vendor, other.type)) &&
        other.urn !== held.urn &&
        mentions(other.inputs, names),
    );
  if (user) {
    throw new Refusal(`${held.type} "${held.id}" cannot be deleted: ${user.type} "${user.id}" still uses it`);
  }
}

/** What ends with it. */
export function partsOf(vendor: Vendor, store: Store, owner: Held): Held[] {
  const names = new Set([owner.id, text(owner.inputs.name)]);
  return store.all().filter(({ type, inputs }) => {
    const bound = vendor.endsWith?.[canonical(vendor, type)];
    return bound?.owner === canonical(vendor, owner.type) && names.has(text(inputs[bound.input]));
  });
}

function mentions(value: unknown, names: ReadonlySet<string>): boolean {
  if (typeof value === "string" || typeof value === "number") return names.has(String(value));
  if (Array.isArray(value)) return value.some((part) => mentions(part, names));
  return (
    isObject(value) && Object.entries(value).some(([key, part]) => key !== "tags" && mentions(part, names))
  );
}
