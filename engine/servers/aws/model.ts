/**
 * AWS's own model of its services, as the installed SDK carries it: Smithy's shapes in arrays. Requests and answers of
 * a stand-in are held against it, so that it takes and says only what AWS would.
 *
 * A structure is `[3, namespace, name, traits, members, shapes, required]` (the first so many members are required), a
 * list `[1, …, item]`, a map `[2, …, key, value]`, an operation `[9, …, input, output]`; numbers are simple shapes,
 * with 64 and 128 for a list and a map of them. A shape may be wrapped as `[shape, traits]`, or in a function.
 */
export type Shape = number | readonly unknown[] | (() => Shape);

const simple: Readonly<Record<number, string>> = { 0: "string", 1: "number", 2: "boolean", 4: "number" };
const listOf = 64;
const mapOf = 128;

/** What is wrong with a request of an operation. */
export const inRequest = (operation: Shape, value: unknown): string[] =>
  wrong(part(operation, 4), value, "it");
export const inAnswer = (operation: Shape, value: unknown): string[] =>
  wrong(part(operation, 5), value, "it");

/** What an operation's request may and must hold, at its top. */
export function membersOf(operation: Shape): { names: readonly string[]; required: readonly string[] } {
  const [, , , , names, , required] = unwrapped(part(operation, 4)) as readonly unknown[];
  const all = names as string[]; // as described above
  return { names: all, required: all.slice(0, (required as number | undefined) ?? 0) };
}

const part = (shape: Shape, index: number): Shape => unwrapped(shape)[index] as Shape; // as described above

function unwrapped(shape: Shape): readonly unknown[] {
  if (typeof shape === "function") return unwrapped(shape());
  if (typeof shape === "number") return [shape];
  const [first] = shape;
  return shape.length === 2 || typeof first !== "number" ? unwrapped(first as Shape) : shape;
}

function wrong(shape: Shape, value: unknown, at: string): string[] {
  const [kind, , , , first, second, required] = unwrapped(shape) as readonly [number, ...unknown[]];
  if (typeof shape === "number" || unwrapped(shape).length === 1) return wrongSimple(kind, value, at);
  if (kind === 3) {
    return wrongStructure(
      first as string[],
      second as Shape[],
      (required as number | undefined) ?? 0,
      value,
      at,
    );
  }
  if (kind === 1) {
    if (!Array.isArray(value)) return [`${at} must be a list`];
    return value.flatMap((one, index) => wrong(first as Shape, one, `${at}[${index}]`));
  }
  if (kind === 0) return wrong(first as Shape, value, at);
  return typeof value === "object" ? [] : [`${at} must be a map`];
}

function wrongSimple(kind: number, value: unknown, at: string): string[] {
  if (kind >= mapOf) return typeof value === "object" ? [] : [`${at} must be a map`];
  if (kind >= listOf) {
    if (!Array.isArray(value)) return [`${at} must be a list`];
    return value.flatMap((one, index) => wrongSimple(kind - listOf, one, `${at}[${index}]`));
  }
  const type = simple[kind];
  if (!type) throw new Error(`${at}: a shape of kind ${kind} is not known here`);
  return typeof value === type ? [] : [`${at} must be a ${type}`];
}

function wrongStructure(
  names: readonly string[],
  shapes: readonly Shape[],
  required: number,
  value: unknown,
  at: string,
): string[] {
  if (typeof value !== "object" || value === null) return [`${at} must be an object`];
  const given = value as Readonly<Record<string, unknown>>;
  const missing = names.slice(0, required).filter((name) => given[name] === undefined);
  return [
    ...missing.map((name) => `${at} lacks ${name}`),
    ...Object.entries(given).flatMap(([name, one]) => {
      const shape = shapes[names.indexOf(name)];
      if (shape === undefined) return [`${at} has no ${name}`];
      return one === undefined ? [] : wrong(shape, one, `${at}.${name}`);
    }),
  ];
}
