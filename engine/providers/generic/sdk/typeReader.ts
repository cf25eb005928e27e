import type { Shape } from "./shape.ts";

/** How names that are neither built in nor of the SDK's types files are understood. */
export type Names = (name: string) => Shape;

/** Type names that stand for something other than a resource class, in the SDKs' hand-written parts. */
const special: Readonly<Record<string, Shape["is"]>> = {
  string: "string",
  number: "number",
  boolean: "boolean",
  any: "any",
  undefined: "undefined",
  ARN: "string",
  "pulumi.ID": "string",
  "pulumi.URN": "string",
  PolicyDocument: "any",
  "pulumi.asset.Asset": "asset",
  "pulumi.asset.Archive": "asset",
};

/** Unknown capitalised names are classes: a resource may stand where its id does. */
export const defaultNames: Names = (name) => {
  const known = special[name] ?? special[name.split(".").at(-1) ?? ""];
  if (known) return { is: known } as Shape;
  const typed = /^(?:types\.)?(input|output|enum)s?\.(.+)$/.exec(name);
  if (typed?.[1] === "enum") return { is: "enum", ref: typed[2] ?? "" };
  if (typed) return { is: "object", ref: `${typed[1]}:${typed[2]}` };
  return { is: "resource" };
};

/**
 * Reads a type expression such as `pulumi.Input<pulumi.Input<inputs.rds.InstanceS3Import>[] | undefined>`.
 * @throws Error naming what it cannot read
 */
export function readShape(text: string, names: Names = defaultNames): Shape {
  const tokens = text.match(/"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|[\w$.]+|[^\s]/g) ?? [];
  let at = 0;
  const expect = (token: string) => {
    if (tokens[at++] !== token) throw new Error(`expected ${token} in the type ${text}`);
  };

  function union(): Shape {
    if (tokens[at] === "|") at++;
    const parts = [postfix()];
    while (tokens[at] === "|") {
      at++;
      parts.push(postfix());
    }
    return join(parts);
  }
  function postfix(): Shape {
    let shape = primary();
    while (tokens[at] === "[") {
      expect("[");
      expect("]");
      shape = { is: "array", of: shape };
    }
    return shape;
  }
  function primary(): Shape {
    const token = tokens[at++];
    if (token === undefined) throw new Error(`the type ${text} ends early`);
    if (token === "(") return inside(")");
    if (token === "{") return map();
    if (/^["']/.test(token)) return { is: "literal", value: token.slice(1, -1) };
    if (/^-?\d/.test(token)) return { is: "literal", value: Number(token) };
    if (token === "true" || token === "false") return { is: "literal", value: token === "true" };
    if (tokens[at] !== "<") return names(token);
    expect("<");
    if (token === "Record") {
      union();
      expect(",");
      return { is: "map", of: inside(">") };
    }
    if (token === "Array") return { is: "array", of: inside(">") };
    return inside(">");
  }
  function inside(close: string): Shape {
    const shape = union();
    expect(close);
    return shape;
  }
  function map(): Shape {
    expect("[");
    while (tokens[at] !== "]") at++;
    expect("]");
    expect(":");
    const of = union();
    if (tokens[at] === ";") at++;
    expect("}");
    return { is: "map", of };
  }
  const shape = union();
  if (at < tokens.length) throw new Error(`cannot read the type ${text} from "${tokens[at]}"`);
  return shape;
}

/** A union of unions is one union; one part alone is that part. */
function join(parts: readonly Shape[]): Shape {
  const flat = parts.flatMap((part) => (part.is === "union" ? part.of : [part]));
  const distinct = [...new Map(flat.map((part) => [JSON.stringify(part), part])).values()];
  const [only] = distinct;
  return distinct.length === 1 && only ? only : { is: "union", of: distinct };
}
