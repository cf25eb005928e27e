import { mintedIn } from "./mint.ts";
import type { Store, Values } from "./store.ts";
import { isUnknown } from "./values.ts";
import type { Vendor } from "./vendors/vendor.ts";

export interface Dangling {
  readonly property: string;
  readonly reference: string;
}

/** Inputs that name something of a stand-in's making which is not held, or no longer. */
export function danglingReferences(inputs: Values, store: Store, vendor: Vendor): Dangling[] {
  const dangling: Dangling[] = [];
  for (const [property, value] of Object.entries(inputs)) {
    if (property.startsWith("__") || property === "tags" || property === "tagsAll") continue;
    for (const reference of mintedIn(value)) {
      if (!store.hasMinted(reference)) dangling.push({ property, reference: whole(value, reference) });
    }
    for (const reference of wholeNames(value, vendor)) {
      if (!store.hasName(reference)) dangling.push({ property, reference });
    }
  }
  return dangling;
}

/** Values that are, whole, the name of a resource in the vendor's scheme. */
function wholeNames(value: unknown, vendor: Vendor): string[] {
  if (typeof value === "string") {
    if (isUnknown(value) || !vendor.idPattern?.test(value) || vendor.foreign?.test(value)) return [];
    return [value];
  }
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap((part) => wholeNames(part, vendor))
    : [];
}

/** The text around a reference as the program wrote it, where it stands alone. */
const whole = (value: unknown, reference: string): string =>
  typeof value === "string" && value.length <= 128 && !value.includes("\n") ? value : reference;
