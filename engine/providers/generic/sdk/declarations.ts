import { factsOf } from "./docs.ts";
import type { Property, Shape } from "./shape.ts";
import { type Names, readShape } from "./typeReader.ts";

/**
 * Reads the members of an interface or class out of a generated declaration file. These files are
 * written by one generator and printed by tsc, so a reader of that one form does, and takes
 * microseconds a type where the compiler takes seconds for files of 5 MB.
 * @param start index of the `{` that opens the body
 */
export function readMembers(text: string, start: number, names: Names): Record<string, Property> {
  const found: { name: string; doc: string; optional: boolean; type: string }[] = [];
  let doc = "";
  let at = start + 1;
  while (at < text.length) {
    at = skipSpace(text, at);
    if (text[at] === "}") break;
    if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at) + 2;
      doc = text.slice(at, end);
      at = end;
      continue;
    }
    const end = memberEnd(text, at);
    const member = /^(readonly )?(?:(['"])(.+?)\2|([\w$]+))(\?)?:\s*/.exec(text.slice(at, end));
    if (member) {
      found.push({
        name: member[3] ?? member[4] ?? "",
        doc,
        optional: member[5] === "?",
        type: text.slice(at + member[0].length, end),
      });
    }
    doc = "";
    at = end + 1;
  }
  const siblings = new Set(found.map((member) => member.name));
  return Object.fromEntries(
    found.map(({ name, doc, optional, type }) => {
      const shape = readShape(type, names);
      return [
        name,
        {
          shape: withoutUndefined(shape),
          required: !optional && !mayBeUndefined(shape),
          ...factsOf(doc, siblings),
        },
      ];
    }),
  );
}

/** Where `interface Name` or `class Name` opens its body, or -1. */
export function bodyOf(text: string, keyword: "interface" | "class", name: string): number {
  const at = text.search(new RegExp(`^\\s*(?:export )?(?:declare )?${keyword} ${name}\\b`, "m"));
  return at < 0 ? -1 : text.indexOf("{", at);
}

const mayBeUndefined = (shape: Shape): boolean =>
  shape.is === "undefined" || (shape.is === "union" && shape.of.some(mayBeUndefined));

function withoutUndefined(shape: Shape): Shape {
  if (shape.is !== "union") return shape;
  const rest = shape.of.filter((part) => part.is !== "undefined");
  const [only] = rest;
  return rest.length === 1 && only ? only : { is: "union", of: rest };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at++;
  return at;
}

/** The `;` or the closing brace of the member that begins at `from`. */
function memberEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const c = text[at];
    if (c === '"' || c === "'") at = text.indexOf(c, at + 1);
    else if (c === "{" || c === "(" || c === "[") depth++;
    else if (c === "}" || c === ")" || c === "]") depth--;
    else if (c === "/" && text[at + 1] === "*") at = text.indexOf("*/", at) + 1;
    else if (c === ";" && depth === 0) return at;
  }
  return text.length;
}
