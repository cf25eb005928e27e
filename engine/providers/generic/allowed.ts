import type { Failure } from "./check.ts";
import type { Values } from "./store.ts";
import { isObject, isUnknown } from "./values.ts";

/** The values that the provider itself takes, by the path of the input; lists on the way are gone through. */
export type AllowedValues = Readonly<Record<string, readonly string[]>>;

/** Every value that the provider would refuse, whatever the SDK's documentation says of it. */
export function checkAllowed(allowed: AllowedValues, inputs: Values): Failure[] {
  return Object.entries(allowed).flatMap(([path, values]) =>
    valuesAt(inputs, path.split("."), "")
      .filter(({ value }) => typeof value === "string" && !isUnknown(value) && !values.includes(value))
      .map(({ value, at }) => ({
        property: at,
        reason: `"${at}" is "${String(value)}"; the provider takes ${values.join(", ")}`,
      })),
  );
}

function valuesAt(
  from: unknown,
  path: readonly string[],
  at: string,
): readonly { value: unknown; at: string }[] {
  if (Array.isArray(from)) return from.flatMap((one, index) => valuesAt(one, path, `${at}[${index}]`));
  const [key, ...rest] = path;
  if (key === undefined) return [{ value: from, at }];
  return isObject(from) ? valuesAt(from[key], rest, at ? `${at}.${key}` : key) : [];
}
