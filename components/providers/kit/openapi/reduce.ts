/** As much of an OpenAPI document as is read here. */
export interface Document {
  readonly openapi?: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly [rest: string]: unknown;
  };
}

/** A JSON schema as these documents write them, or a reference to one. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** One endpoint, with what its requests and answers hold. */
export interface Operation {
  /** Names of query parameters, with their schemas. */
  readonly query: Readonly<Record<string, { readonly required: boolean; readonly schema: Schema }>>;
  /** Of the JSON body; undefined when none is described. */
  readonly body: Schema | undefined;
  /** By status, of the answers that mean success; `null` where the document says nothing of their content. */
  readonly answers: Readonly<Record<string, Schema | null>>;
}

/** A document's part that matters to some operations: by `METHOD /path`, schemas beside. */
export interface Reduced {
  readonly info: Document["info"];
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** Keywords that check something; prose and examples stay behind. */
const checking = new Set([
  "$ref",
  "type",
  "nullable",
  "enum",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "oneOf",
  "anyOf",
  "allOf",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "pattern",
]);

/**
 * The part of a document that some operations need.
 * @param errata by operation, fields of the body that the vendor takes though its document lacks them
 * @throws Error naming an operation that the document does not have
 */
export function reduce(
  document: Document,
  operations: readonly string[],
  errata: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {},
): Reduced {
  const schemas: Record<string, Schema> = {};
  const keep = (schema: Schema): Schema => {
    const name = schema.$ref ? lastOf(schema.$ref) : undefined;
    if (name && !schemas[name]) {
      const found = document.components?.schemas?.[name];
      if (!found) throw new Error(`the document has no schema ${name}`);
      schemas[name] = {}; // before its own references are followed: it may hold itself
      schemas[name] = keep(found);
    }
    return Object.fromEntries(
      Object.entries(schema)
        .filter(([key]) => checking.has(key))
        .map(([key, value]) => [key, keepUnder(key, value)]),
    );
  };
  const keepUnder = (key: string, value: unknown): unknown => {
    if (key === "properties") {
      return Object.fromEntries(
        Object.entries(value as Record<string, Schema>).map(([name, part]) => [name, keep(part)]),
      );
    }
    if (key === "items") return keep(value as Schema);
    if (key === "additionalProperties" && typeof value === "object") return keep(value as Schema);
    if (key === "oneOf" || key === "anyOf" || key === "allOf") return (value as Schema[]).map(keep);
    return value;
  };
  return {
    info: { title: document.info.title, version: document.info.version },
    operations: Object.fromEntries(
      operations.map((name) => {
        const { body, ...rest } = operation(document, name, keep);
        const more = errata[name];
        return [
          name,
          { ...rest, body: body && more ? { ...body, properties: { ...body.properties, ...more } } : body },
        ];
      }),
    ),
    schemas: Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => a.localeCompare(b))),
  };
}

interface RawOperation {
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: Schema }[];
  readonly requestBody?: { content?: Readonly<Record<string, { schema?: Schema }>> };
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema?: Schema }>> }>>;
}

function operation(document: Document, name: string, keep: (schema: Schema) => Schema): Operation {
  const [method = "", path = ""] = name.split(" ");
  // What stands under a path and a method is an operation; reduce() is given the vendors' own documents.
  const raw = document.paths[path]?.[method.toLowerCase()] as RawOperation | undefined;
  if (!raw) throw new Error(`the document has no operation ${name}`);
  const body = raw.requestBody?.content?.["application/json"]?.schema;
  return {
    query: Object.fromEntries(
      (raw.parameters ?? [])
        .filter((parameter) => parameter.in === "query")
        .map(({ name, required, schema }) => [
          name,
          { required: required ?? false, schema: keep(schema ?? {}) },
        ]),
    ),
    body: body && keep(body),
    answers: Object.fromEntries(
      Object.entries(raw.responses)
        .filter(([status]) => status.startsWith("2"))
        .map(([status, { content }]) => {
          const schema = content?.["application/json"]?.schema;
          return [status, schema ? keep(schema) : null];
        }),
    ),
  };
}

const lastOf = (ref: string): string => ref.split("/").at(-1) ?? ref;
