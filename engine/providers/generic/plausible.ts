import { hex, integer, opaque, pick } from "./mint.ts";
import type { Library } from "./sdk/library.ts";
import type { Properties, Property, Schema, Shape } from "./sdk/shape.ts";
import type { Values } from "./store.ts";
import { isNothing, isObject, unknown } from "./values.ts";
import type { Identity, Vendor } from "./vendors/vendor.ts";

const moment = "2026-01-01T00:00:00Z";
const depthLimit = 4;

/**
 * All outputs of a resource: its inputs, and a plausible value of the declared type for whatever the
 * vendor would compute. The same for the same identity and inputs, always.
 */
export function outputsOf(library: Library, schema: Schema, vendor: Vendor, identity: Identity): Values {
  const special = vendor.outputs?.[identity.type]?.(identity) ?? {};
  const outputs: Values = { ...identity.inputs };
  for (const [name, property] of Object.entries(schema.outputs)) {
    if (name in special) outputs[name] = special[name];
    else if (!isNothing(identity.inputs[name])) {
      outputs[name] = complete(library, vendor, identity, property.shape, identity.inputs[name], name, 0);
    } else if (property.required || !schema.inputs[name]) {
      outputs[name] = valueFor(library, vendor, identity, property, name, name, 0);
    } else delete outputs[name];
  }
  return { ...outputs, ...special, ...schema.constants };
}

/** The outputs as a preview knows them: what the vendor computes is unknown. */
export function previewOf(library: Library, schema: Schema, inputs: Values, special: Values = {}): Values {
  const outputs: Values = { ...inputs };
  for (const [name, property] of Object.entries(schema.outputs)) {
    if (!isNothing(inputs[name])) outputs[name] = foreseen(library, property.shape, inputs[name], 0);
    else if (property.required || !schema.inputs[name]) outputs[name] = unknown;
  }
  return { ...outputs, ...special, ...schema.constants };
}

/** A given object with what the vendor will add to it, not known yet. */
function foreseen(library: Library, shape: Shape, given: unknown, depth: number): unknown {
  if (shape.is === "array" && Array.isArray(given))
    return given.map((part) => foreseen(library, shape.of, part, depth));
  if (shape.is !== "object" || !isObject(given) || depth >= depthLimit) return given;
  const whole: Values = { ...given };
  for (const [name, property] of Object.entries(library.object(shape.ref))) {
    if (!isNothing(given[name])) whole[name] = foreseen(library, property.shape, given[name], depth + 1);
    else if (property.required) whole[name] = unknown;
  }
  return whole;
}

/** A given object with what the vendor adds to it. */
function complete(
  library: Library,
  vendor: Vendor,
  identity: Identity,
  shape: Shape,
  given: unknown,
  path: string,
  depth: number,
): unknown {
  if (shape.is === "array" && Array.isArray(given)) {
    return given.map((part, index) =>
      complete(library, vendor, identity, shape.of, part, `${path}[${index}]`, depth),
    );
  }
  if (shape.is !== "object" || !isObject(given) || depth >= depthLimit) return given;
  const whole: Values = { ...given };
  for (const [name, property] of Object.entries(library.object(shape.ref))) {
    const at = `${path}.${name}`;
    if (!isNothing(given[name])) {
      whole[name] = complete(library, vendor, identity, property.shape, given[name], at, depth + 1);
    } else if (property.required) {
      whole[name] = valueFor(library, vendor, identity, property, name, at, depth + 1);
    }
  }
  return whole;
}

function valueFor(
  library: Library,
  vendor: Vendor,
  identity: Identity,
  property: Property,
  name: string,
  path: string,
  depth: number,
): unknown {
  const byVendor = vendor.value?.(identity, name);
  if (byVendor !== undefined && fits(property.shape, byVendor)) return byVendor;
  return made(library, vendor, identity, property.shape, property, name, path, depth);
}

const fits = (shape: Shape, value: unknown): boolean =>
  shape.is === "union" ? shape.of.some((part) => fits(part, value)) : shape.is === typeof value;

function made(
  library: Library,
  vendor: Vendor,
  identity: Identity,
  shape: Shape,
  facts: Property,
  name: string,
  path: string,
  depth: number,
): unknown {
  const seed = `${identity.seed}:${path}`;
  switch (shape.is) {
    case "string":
      return facts.byDefault !== undefined && facts.byDefault !== ""
        ? facts.byDefault
        : (facts.values?.[0] ?? plausibleText(name, seed, identity));
    case "number":
      return numberFor(name, facts, seed);
    case "boolean":
      return facts.byDefault === "true";
    case "literal":
      return shape.value;
    case "enum":
      return library.enumeration(shape.ref)[0] ?? "";
    case "array": {
      if (depth >= depthLimit) return [];
      // Lists of other resources' names are empty when they begin; a list of details has its one entry.
      if (shape.of.is === "string" && !/s$/i.test(name)) return [];
      if (shape.of.is === "string" && /replica|secondar|member|alias|attach|target/i.test(name)) return [];
      const one = singular(name);
      const byVendor = vendor.value?.(identity, one);
      if (byVendor !== undefined && fits(shape.of, byVendor)) return [byVendor];
      return [made(library, vendor, identity, shape.of, facts, one, `${path}[0]`, depth + 1)];
    }
    case "map":
      return {};
    case "object":
      return depth >= depthLimit
        ? {}
        : objectFor(library, vendor, identity, library.object(shape.ref), path, depth + 1);
    case "union": {
      const [first] = shape.of;
      return first ? made(library, vendor, identity, first, facts, name, path, depth) : undefined;
    }
    case "resource":
      return hex(seed, 17);
    default:
      return undefined;
  }
}

function objectFor(
  library: Library,
  vendor: Vendor,
  identity: Identity,
  properties: Properties,
  path: string,
  depth: number,
): Values {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, property]) => property.required)
      .map(([name, property]) => [
        name,
        valueFor(library, vendor, identity, property, name, `${path}.${name}`, depth),
      ]),
  );
}

const singular = (name: string): string =>
  name
    .replace(/(ss|us)es$/, "$1")
    .replace(/ies$/, "y")
    .replace(/([^s])s$/, "$1");

function numberFor(name: string, facts: Property, seed: string): number {
  const byDefault = Number(facts.byDefault);
  if (facts.byDefault !== undefined && facts.byDefault !== "" && Number.isFinite(byDefault)) return byDefault;
  if (/id$/i.test(name)) return integer(seed);
  if (/port$/i.test(name)) return 5432;
  if (/version|revision|count|number/i.test(name)) return 1;
  return 0;
}

/** Text of the kind that a property's name promises. */
function plausibleText(name: string, seed: string, identity: Identity): string {
  for (const [pattern, make] of kinds) if (pattern.test(name)) return make(seed, identity);
  return `${name}-${opaque(seed, 8)}`;
}

const host = (seed: string) => `${hex(seed, 13)}.standin.invalid`;
const kinds: readonly (readonly [RegExp, (seed: string, identity: Identity) => string])[] = [
  [/^id$/, (_, { id }) => id],
  [/(ipv6|v6address)/i, (seed) => `2001:db8::${(pick(seed, 65535) + 1).toString(16)}`],
  [/privateIp|networkIp/i, (seed) => `10.0.${pick(seed, 256)}.${pick(`${seed}:`, 250) + 4}`],
  [/(ip|ipv4|ipAddress|ipv4Address)$/i, (seed) => `203.0.113.${pick(seed, 254) + 1}`],
  [/(arn)$/i, (seed, { type }) => `arn:aws:${type.split(":")[1]?.split("/")[0]}:::${hex(seed, 17)}`],
  [/(url|uri|issuer)$/i, (seed) => `https://${host(seed)}`],
  [/(endpoint|address|dnsName|domainName|domain|fqdn|hostname|host|cname|nameServer)s?$/i, host],
  [/(cidr|cidrBlock|network)$/i, () => "10.0.0.0/16"],
  [/(At|On|Date|Time|Timestamp|created|updated|expiry|expires|notAfter|notBefore|modified)$/, () => moment],
  [/^(created|modified|updated)/i, () => moment],
  [/(status|state|health)$/i, () => "available"],
  [/(etag|md5|sha|hash|digest|fingerprint|checksum)/i, (seed) => opaque(seed, 32)],
  [/(secret|password|token|key|credential)s?$/i, (seed) => opaque(seed, 40)],
  [/(version)$/i, () => "1"],
  [/(json|policy)$/i, () => "{}"],
  [/id$/i, (seed) => hex(seed, 17)],
  [/^name$/i, (_, { name }) => name],
];
