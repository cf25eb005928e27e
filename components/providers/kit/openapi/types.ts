import type { Reduced, Schema } from "./reduce.ts";

/** The operations of a reduced document as TypeScript: parameters of the path, query, body and answer of each. */
export function typesOf(document: Reduced, source: string): string {
  const schemas = Object.entries(document.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema, false)};`,
  );
  const operations = Object.entries(document.operations).map(([name, { query, body, answers }]) => {
    const path = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => `${parameter}: string`);
    const asked = Object.entries(query).map(
      ([key, { required, schema }]) => `${key}${required ? "" : "?"}: ${typeOf(schema, true)}`,
    );
    const answer = Object.values(answers).find((schema) => schema !== null);
    return [
      `  ${JSON.stringify(name)}: {`,
      `    path: ${object(path)};`,
      `    query: ${object(asked)};`,
      `    body: ${body ? typeOf(body, true) : "undefined"};`,
      `    answer: ${answer ? typeOf(answer, false) : "unknown"};`,
      "  };",
    ].join("\n");
  });
  return [
    `// Written by components/providers/generate.ts from ${source}; not to be edited.`,
    "",
    ...schemas,
    "",
    "export interface Operations {",
    ...operations,
    "}",
    "",
  ].join("\n");
}

const object = (members: readonly string[]): string =>
  members.length > 0 ? `{ ${members.join("; ")} }` : "Record<never, never>";

/**
 * @param closed what is sent must hold what is required; what is answered may lack any of it, as these documents
 * mark next to nothing as required
 */
function typeOf(schema: Schema, closed: boolean): string {
  const base = bare(schema, closed);
  return schema.nullable ? `${base} | null` : base;
}

function bare(schema: Schema, closed: boolean): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "unknown";
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const several = schema.oneOf ?? schema.anyOf;
  if (several) return several.map((part) => typeOf(part, closed)).join(" | ");
  if (schema.allOf) return schema.allOf.map((part) => `(${typeOf(part, closed)})`).join(" & ");
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return `readonly (${typeOf(schema.items ?? {}, closed)})[]`;
    case "object":
      return objectType(schema, closed);
    default:
      return schema.properties ? objectType(schema, closed) : "unknown";
  }
}

function objectType(schema: Schema, closed: boolean): string {
  if (!schema.properties) {
    const rest = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
    return `Readonly<Record<string, ${typeOf(rest, closed)}>>`;
  }
  const members = Object.entries(schema.properties).map(
    ([key, part]) => `${quoted(key)}${schema.required?.includes(key) ? "" : "?"}: ${typeOf(part, closed)}`,
  );
  return `{ ${members.join("; ")} }`;
}

const quoted = (key: string): string => (/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key));
