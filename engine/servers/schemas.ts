import { Ajv, type ValidateFunction } from "ajv";
import type { Reduced, Schema } from "../../components/providers/kit/openapi/reduce.ts";

/** What a request or an answer must be, by a vendor's own document. */
export interface Schemas {
  /** What is wrong with a body; a field that the document does not have is wrong, too. */
  inBody(operation: string, body: unknown): readonly string[];
  inQuery(operation: string, query: URLSearchParams): readonly string[];
  inAnswer(operation: string, status: number, body: unknown): readonly string[];
}

/** Compiles a reduced document. Nothing is compiled before it is needed. */
export function schemasOf(document: Reduced): Schemas {
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, validateFormats: false });
  for (const [name, schema] of Object.entries(document.schemas)) ajv.addSchema(schema, refOf(name));
  const compiled = new Map<string, ValidateFunction>();
  const check = (key: string, schema: Schema, value: unknown): string[] => {
    const validate = compiled.get(key) ?? ajv.compile(schema);
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = "additionalProperty" in params ? ` "${String(params.additionalProperty)}"` : "";
      return `${instancePath || "it"} ${message ?? "is wrong"}${extra}`;
    });
  };
  return {
    inBody(operation, body) {
      const schema = document.operations[operation]?.body;
      if (!schema) return body === undefined ? [] : ["a body where none is taken"];
      return check(`${operation} body`, closed(schema, document), body ?? {});
    },
    inQuery(operation, query) {
      const known = document.operations[operation]?.query ?? {};
      const missing = Object.keys(known).filter((key) => known[key]?.required && !query.has(key));
      return [
        ...missing.map((key) => `"${key}" is required`),
        ...[...query].flatMap(([key, text]) => {
          const schema = known[key]?.schema;
          if (!schema) return [`there is no parameter "${key}"`];
          return check(`${operation} ${key}`, schema, read(text, schema));
        }),
      ];
    },
    inAnswer(operation, status, body) {
      const answers = document.operations[operation]?.answers ?? {};
      const [first] = Object.values(answers).filter((schema) => schema !== null);
      const schema = answers[String(status)] ?? first;
      return schema ? check(`${operation} ${status}`, schema, body) : [];
    },
  };
}

const refOf = (name: string): string => `#/components/schemas/${name}`;

/** The vendor refuses fields that it does not know, though its document says so of few bodies. */
function closed(schema: Schema, { schemas }: Reduced): Schema {
  const named = schema.$ref ? schemas[schema.$ref.split("/").at(-1) ?? ""] : undefined;
  const close = (part: Schema): Schema => {
    return {
      ...part,
      ...(part.properties && {
        additionalProperties: part.additionalProperties ?? false,
        properties: Object.fromEntries(
          Object.entries(part.properties).map(([key, inner]) => [key, close(inner)]),
        ),
      }),
      ...(part.items && { items: close(part.items) }),
      ...(part.oneOf && { oneOf: part.oneOf.map(close) }),
    };
  };
  return close(named ?? schema);
}

/** A parameter's text as the type that it stands for. */
function read(text: string, { type }: Schema): unknown {
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "integer" || type === "number") return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return text;
}
