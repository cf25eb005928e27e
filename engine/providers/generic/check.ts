import { nearMatch } from "../../../components/model/diagnostics.ts";
import type { Library } from "./sdk/library.ts";
import type { Properties, Property, Schema, Shape } from "./sdk/shape.ts";
import type { Values } from "./store.ts";
import { isAsset, isNothing, isObject, isUnknown } from "./values.ts";

/** What is wrong with one input: where, and what to say of it. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Every input that the SDK's declarations do not allow: unknown, missing, of a wrong type, or not in its list. */
export function checkInputs(library: Library, schema: Schema, inputs: Values): Failure[] {
  const failures: Failure[] = [];
  checkProperties(library, schema.inputs, inputs, "", failures, Object.keys(schema.constants));
  return failures;
}

function checkProperties(
  library: Library,
  declared: Properties,
  given: Values,
  path: string,
  failures: Failure[],
  constants: readonly string[] = [],
): void {
  for (const [name, value] of Object.entries(given)) {
    const at = path ? `${path}.${name}` : name;
    const property = declared[name];
    if (!property) {
      if (constants.includes(name) || name.startsWith("__")) continue;
      const meant = nearMatch(name, Object.keys(declared));
      failures.push({
        property: at,
        reason: `there is no input "${at}"${meant ? `; did you mean "${meant}"?` : `; there are: ${list(Object.keys(declared))}`}`,
      });
      continue;
    }
    if (isNothing(value)) continue;
    checkValue(library, property.shape, value, at, failures, property);
    for (const other of property.conflictsWith ?? []) {
      // Where each of the two says so, once is enough.
      const saidAlready = declared[other]?.conflictsWith?.includes(name) && name > other;
      if (isNothing(given[other]) || saidAlready) continue;
      failures.push({ property: at, reason: `"${at}" conflicts with "${other}": give one of them` });
    }
  }
  for (const [name, property] of Object.entries(declared)) {
    if (!property.required || !isNothing(given[name])) continue;
    const at = path ? `${path}.${name}` : name;
    failures.push({ property: at, reason: `the required input "${at}" is missing` });
  }
}

function checkValue(
  library: Library,
  shape: Shape,
  value: unknown,
  at: string,
  failures: Failure[],
  facts?: Property,
): void {
  if (isUnknown(value)) return;
  switch (shape.is) {
    case "any":
    case "undefined":
      return;
    case "resource":
      if (typeof value !== "string") fail("a resource or its id");
      return;
    case "string":
      if (typeof value !== "string") fail("a string");
      else if (facts?.values && !facts.values.some((allowed) => isMeant(allowed, value))) {
        failures.push({
          property: at,
          reason: `"${at}" is "${value}"; the SDK's documentation allows ${facts.values.join(", ")}`,
        });
      }
      return;
    case "number":
    case "boolean":
      if (typeof value !== shape.is) fail(`a ${shape.is}`);
      return;
    case "literal":
      if (value !== shape.value) fail(JSON.stringify(shape.value));
      return;
    case "enum": {
      const values = library.enumeration(shape.ref);
      if (values.length > 0 && !values.includes(String(value))) fail(`one of ${list(values)}`);
      return;
    }
    case "asset":
      if (!isAsset(value)) fail("an asset or archive");
      return;
    case "array":
      if (!Array.isArray(value)) fail("a list");
      else {
        // The list's documentation speaks of its elements.
        for (const [index, part] of value.entries())
          checkValue(library, shape.of, part, `${at}[${index}]`, failures, facts);
      }
      return;
    case "map":
      if (!isObject(value)) fail("a map");
      else {
        for (const [key, part] of Object.entries(value)) {
          if (!isNothing(part)) checkValue(library, shape.of, part, `${at}["${key}"]`, failures);
        }
      }
      return;
    case "object":
      if (!isObject(value)) fail("an object");
      else checkProperties(library, library.object(shape.ref), value, at, failures);
      return;
    case "union":
      checkUnion(library, shape.of, value, at, failures, facts);
  }

  function fail(wanted: string): void {
    failures.push({ property: at, reason: `"${at}" must be ${wanted}; found ${found(value)}` });
  }
}

/** A value that fits one branch is right; otherwise the branch of its own kind says what is wrong. */
function checkUnion(
  library: Library,
  branches: readonly Shape[],
  value: unknown,
  at: string,
  failures: Failure[],
  facts?: Property,
): void {
  let best: Failure[] | undefined;
  for (const branch of branches) {
    const found: Failure[] = [];
    checkValue(library, branch, value, at, found, facts);
    if (found.length === 0) return;
    if (!best || (sameKind(branch, value) && found.length > 0)) best = found;
  }
  failures.push(...(best ?? []));
}

const sameKind = (shape: Shape, value: unknown): boolean =>
  (shape.is === "array" && Array.isArray(value)) ||
  ((shape.is === "object" || shape.is === "map") && isObject(value)) ||
  shape.is === typeof value;

/** Documentation writes `5XX` for every status that begins so. */
const isMeant = (allowed: string, value: string): boolean =>
  loosely(allowed) === loosely(value) ||
  (/^\dXX$/.test(allowed) && new RegExp(`^${allowed[0]}\\d\\d$`).test(value));

/** The documentation was rewritten to camel case, values included: `round_robin` stands there as `roundRobin`. */
const loosely = (value: string): string => value.toLowerCase().replace(/[_-]/g, "");

/** What stood there, by kind alone where it may be a secret. */
function found(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  return value === null ? "nothing" : `a ${typeof value}`;
}

const list = (values: readonly string[]): string =>
  values.length > 12 ? `${values.slice(0, 12).join(", ")}, …` : values.join(", ");
