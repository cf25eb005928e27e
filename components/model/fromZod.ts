import type { z } from "zod";
import { type Diagnostic, DiagnosticsError, nearMatch } from "./diagnostics.ts";

/**
 * Checks `input` and returns it typed, with defaults filled in.
 * @param file the file the input came from, as the user knows it
 * @param prefix put before every key path, e.g. `config.rung:`
 * @throws DiagnosticsError with every problem at once
 */
export function parseOrThrow<S extends z.ZodType>(
  schema: S,
  input: unknown,
  file: string,
  prefix = "",
): z.output<S> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw new DiagnosticsError(
    result.error.issues.flatMap((issue) => toDiagnostics(schema, input, issue, file, prefix)),
  );
}

function toDiagnostics(
  schema: z.ZodType,
  input: unknown,
  issue: z.core.$ZodIssue,
  file: string,
  prefix: string,
): Diagnostic[] {
  const key = prefix + keyPath(issue.path);
  const where = key ? { file, key } : { file };
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((name) => {
      const meant = nearMatch(name, known);
      return {
        what: `there is no key "${name}" here`,
        where: { file, key: prefix + keyPath([...issue.path, name]) },
        found: `"${name}"`,
        allowed: known.length > 0 ? known.join(", ") : "no keys",
        mend: meant ? `did you mean "${meant}"?` : `remove "${name}"`,
      };
    });
  }
  if (issue.code === "invalid_union") {
    // A union reports every branch; the branch that got furthest is the one that was meant.
    const branch = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
    if (branch.length > 0 && depth(branch) > 0) {
      return branch.flatMap((inner) =>
        toDiagnostics(schema, input, { ...inner, path: [...issue.path, ...inner.path] }, file, prefix),
      );
    }
  }
  const found = show(valueAt(input, issue.path));
  const allowed = allowedBy(issue);
  const meant =
    issue.code === "invalid_value" ? meantValue(valueAt(input, issue.path), issue.values) : undefined;
  return [
    {
      what: found === "nothing" ? "this key is required" : issue.message,
      where,
      found,
      ...(allowed === undefined ? {} : { allowed }),
      mend: meant ? `did you mean "${meant}"?` : mendFor(found, key),
    },
  ];
}

const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map((i) => i.path.length));

const mendFor = (found: string, key: string): string =>
  found === "nothing" ? `add "${key}"` : `change "${key}" to an allowed value`;

function meantValue(found: unknown, values: readonly unknown[]): string | undefined {
  return typeof found === "string"
    ? nearMatch(
        found,
        values.filter((v) => typeof v === "string"),
      )
    : undefined;
}

function allowedBy(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.map((v) => String(v)).join(", ");
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : `a value of type ${issue.expected}`;
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unitOf(issue.origin)}`;
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    case "invalid_format":
      return issue.message;
    case "invalid_key":
      return issue.issues.map((i) => i.message).join(", ");
    case "invalid_union":
      return [...new Set(issue.errors.flat().map(allowedBy))].filter(Boolean).join(", or ");
    default:
      return issue.message;
  }
}

const unitOf = (origin: string): string =>
  origin === "string" ? " characters" : origin === "array" || origin === "set" ? " entries" : "";

/** `["jobs", "cleanup", 0]` as `jobs.cleanup[0]`. */
function keyPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    "",
  );
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The keys that the schema knows at `path`: zod's own definition is the only list. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  for (const part of path) current = child(unwrap(current), part);
  const at = unwrap(current) as { def?: { type?: string; shape?: object } } | undefined;
  return at?.def?.type === "object" ? Object.keys(at.def.shape ?? {}) : [];
}

// zod's internals are untyped from outside: each step checks what it finds.
type Def = {
  type?: string;
  innerType?: unknown;
  in?: unknown;
  shape?: Record<PropertyKey, unknown>;
  valueType?: unknown;
  element?: unknown;
  options?: unknown[];
};
const defOf = (schema: unknown): Def | undefined => (schema as { def?: Def } | undefined)?.def;

function unwrap(schema: unknown): unknown {
  const def = defOf(schema);
  if (def?.innerType) return unwrap(def.innerType);
  if (def?.type === "pipe") return unwrap(def.in);
  if (def?.type === "union") return unwrap(def.options?.find((o) => defOf(unwrap(o))?.type === "object"));
  return schema;
}

function child(schema: unknown, part: PropertyKey): unknown {
  const def = defOf(schema);
  if (def?.type === "object") return def.shape?.[part];
  if (def?.type === "record") return def.valueType;
  if (def?.type === "array") return def.element;
  return undefined;
}
