import type { SchemaObject } from "./snapshot.ts";

/** What `pg` makes of a PostgreSQL type. */
const asRead: Readonly<Record<string, string>> = {
  uuid: "string",
  text: "string",
  bigint: "string",
  numeric: "string",
  integer: "number",
  smallint: "number",
  "double precision": "number",
  boolean: "boolean",
  jsonb: "unknown",
  date: "Date",
  "timestamp with time zone": "Date",
};

/**
 * A TypeScript module with the rows of each table, as `pg` reads them.
 * @throws Error for a column of a type that is not known here
 */
export function typesOf(schema: readonly SchemaObject[]): string {
  const tables = schema.filter(({ kind }) => kind === "table").map(({ name }) => name);
  const text = tables.map((table) => {
    const columns = schema
      .filter(({ kind, name }) => kind === "column" && name.startsWith(`${table}.`))
      .map(
        ({ name, definition }) =>
          `    readonly ${name.slice(table.length + 1)}: ${typeOf(name, definition)};`,
      );
    return [`  readonly "${table.replace(/^public\./, "")}": {`, ...columns, "  };"].join("\n");
  });
  return [
    "// Generated from migrations/schema by `npm run schema`; not written by hand.",
    "",
    "/** The rows of each table, as `pg` reads them. `bigint` comes as text: it may be beyond what a number holds. */",
    "export interface Tables {",
    ...text,
    "}",
    "",
  ].join("\n");
}

function typeOf(column: string, definition: string): string {
  const [, type = ""] = /^(.+?)(?: NOT NULL| GENERATED| DEFAULT|$)/.exec(definition) ?? [];
  const known = asRead[type];
  if (known === undefined) throw new Error(`${column}: what pg makes of ${type} is not known to types.ts`);
  return definition.includes(" NOT NULL") || known === "unknown" ? known : `${known} | null`;
}
