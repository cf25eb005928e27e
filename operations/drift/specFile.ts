import { type Expression, type File, parse } from "@babel/parser";

/** A value that a spec can hold. */
export type Json = string | number | boolean | null | readonly Json[];

type ObjectNode = Extract<Expression, { type: "ObjectExpression" }>;

/** The text after the change, or why the file cannot say it. */
export type Written = { readonly text: string } | { readonly cannot: string };

/**
 * Writes one value of a spec into its source, and leaves every other character as it stands: comments, order, line
 * ends. What is not said yet, because it has a default, is added to the object that it belongs to.
 * @param path of the key, e.g. `["auth", "rateLimitPerMinute"]`
 * @param value undefined takes the key out
 */
export function inSpecFile(source: string, path: readonly string[], value: Json | undefined): Written {
  let file: File;
  try {
    file = parse(source, { sourceType: "module", plugins: ["typescript"] });
  } catch (error) {
    return { cannot: `it cannot be read: ${(error as Error).message}` }; // the parser throws errors
  }
  const root = objectOf(exported(file));
  if (!root) return { cannot: "its default export is no defineSpec({ … })" };
  return write(source, root, path, value, path.join("."));
}

function write(
  source: string,
  object: ObjectNode,
  [key = "", ...rest]: readonly string[],
  value: Json | undefined,
  whole: string,
): Written {
  const found = object.properties.findLast((one) => "key" in one && keyOf(one.key) === key);
  if (!found) {
    const spread = object.properties.some(({ type }) => type === "SpreadElement");
    if (spread || value === undefined) return { cannot: `${whole} comes from elsewhere` };
    return { text: added(source, object, key, nested(rest, value)) };
  }
  if (found.type !== "ObjectProperty") return { cannot: `${whole} is computed` };
  if (rest.length === 0 && value === undefined) return { text: without(source, object, found) };
  const held = bare(found.value as Expression); // a pattern stands in no object that is a value
  if (rest.length > 0) {
    if (held.type !== "ObjectExpression") return { cannot: `${whole} is computed` };
    return write(source, held, rest, value, whole);
  }
  // A name or a call says it for a reason that nobody sees here.
  if (found.shorthand || !isPlain(held)) return { cannot: `${whole} is computed` };
  return { text: source.slice(0, at(held)) + literal(value ?? null) + source.slice(end(held)) };
}

/** What the module exports by default, followed to the constant that holds it. */
function exported({ program }: File): Expression | undefined {
  for (const one of program.body) {
    if (one.type !== "ExportDefaultDeclaration") continue;
    const { declaration } = one;
    // a class or a function is no object either
    if (declaration.type !== "Identifier") return declaration as Expression;
    for (const other of program.body) {
      if (other.type !== "VariableDeclaration") continue;
      const found = other.declarations.find(
        ({ id }) => id.type === "Identifier" && id.name === declaration.name,
      );
      if (found?.init) return found.init;
    }
  }
  return undefined;
}

/** `defineSpec({ … })`, or the object itself, whatever TypeScript says around it. */
function objectOf(node: Expression | undefined): ObjectNode | undefined {
  if (!node) return undefined;
  const inner = bare(node);
  if (inner.type === "ObjectExpression") return inner;
  if (inner.type !== "CallExpression") return undefined;
  const [first] = inner.arguments;
  return first && objectOf(first as Expression); // of a spread comes nothing
}

function bare(node: Expression): Expression {
  return node.type === "TSAsExpression" ||
    node.type === "TSSatisfiesExpression" ||
    node.type === "ParenthesizedExpression"
    ? bare(node.expression)
    : node;
}

const keyOf = (node: { readonly type: string }): string | undefined => {
  const { name, value } = node as { name?: unknown; value?: unknown };
  const said = node.type === "Identifier" ? name : node.type === "StringLiteral" ? value : undefined;
  return typeof said === "string" ? said : undefined;
};

const isPlain = (node: Expression): boolean => {
  const inner = bare(node);
  if (inner.type === "ArrayExpression")
    return inner.elements.every((one) => one !== null && one.type !== "SpreadElement" && isPlain(one));
  if (inner.type === "UnaryExpression") return inner.operator === "-";
  return ["StringLiteral", "NumericLiteral", "BooleanLiteral", "NullLiteral"].includes(inner.type);
};

// Nodes that come out of the parser have both.
const at = (node: { readonly start?: number | null }): number => node.start ?? 0;
const end = (node: { readonly end?: number | null }): number => node.end ?? 0;

const literal = (value: Json): string =>
  Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value);

const named = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key));

const nested = (path: readonly string[], value: Json): string =>
  path.reduceRight((inner, key) => `{ ${named(key)}: ${inner} }`, literal(value));

/** A new last key, on a line of its own where the others have theirs. */
function added(source: string, object: ObjectNode, key: string, value: string): string {
  const last = object.properties.at(-1);
  const said = `${named(key)}: ${value}`;
  if (!last) return `${source.slice(0, at(object))}{ ${said} }${source.slice(end(object))}`;
  const before = source.slice(0, end(last));
  const after = source.slice(end(last));
  const isOwnLine = /\n[ \t]*$/.test(source.slice(0, at(last)));
  if (!isOwnLine) return `${before}, ${said}${after}`;
  const [, indent = ""] = /\n([ \t]*)$/.exec(source.slice(0, at(last))) ?? [];
  const newline = source.includes("\r\n") ? "\r\n" : "\n";
  // A comment behind the last key stays with it.
  const [rest = ""] = /^[ \t]*,?[ \t]*(\/\/[^\r\n]*)?/.exec(after) ?? [];
  const comma = rest.includes(",") && !rest.trimStart().startsWith("//") ? "" : ",";
  return `${before}${comma}${rest}${newline}${indent}${said},${after.slice(rest.length)}`;
}

/** The key goes with its comma, and with its line where it has one for itself. */
function without(source: string, object: ObjectNode, property: ObjectNode["properties"][number]): string {
  const index = object.properties.indexOf(property);
  const next = object.properties[index + 1];
  const previous = object.properties[index - 1];
  const isOwnLine =
    /\n[ \t]*$/.test(source.slice(0, at(property))) && /^,?[ \t]*\r?\n/.test(source.slice(end(property)));
  if (isOwnLine) {
    const from = source.slice(0, at(property)).replace(/[ \t]*$/, "").length;
    const [line = ""] = /^,?[ \t]*\r?\n/.exec(source.slice(end(property))) ?? [];
    return source.slice(0, from) + source.slice(end(property) + line.length);
  }
  if (next) return source.slice(0, at(property)) + source.slice(at(next));
  if (previous) return source.slice(0, end(previous)) + source.slice(end(property));
  return `${source.slice(0, at(object))}{}${source.slice(end(object))}`;
}
