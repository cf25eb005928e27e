import { DatabaseSync } from "node:sqlite";
import type { SchemaObject } from "./snapshot.ts";

/** Where the app reads them; written by `npm run schema`, and checked by a test. */
export const typesFiles = { postgres: "app/src/node/tables.ts", d1: "app/src/worker/tables.ts" } as const;

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

/** A column, as its table's rows are read. */
interface Column {
  readonly table: string;
  readonly name: string;
  /** TypeScript's. */
  readonly type: string;
}

/**
 * A TypeScript module with the rows of each table, as `pg` reads them.
 * @throws Error for a column of a type that is not known here
 */
export function typesOf(schema: readonly SchemaObject[]): string {
  const tables = schema.filter(({ kind }) => kind === "table").map(({ name }) => name);
  const columns = tables.flatMap((table) =>
    schema
      .filter(({ kind, name }) => kind === "column" && name.startsWith(`${table}.`))
      .map(
        ({ name, definition }): Column => ({
          table: table.replace(/^public\./, ""),
          name: name.slice(table.length + 1),
          type: typeOf(name, definition),
        }),
      ),
  );
  return moduleOf(
    columns,
    "migrations/schema",
    "The rows of each table, as `pg` reads them. `bigint` comes as text: it may be beyond what a number holds.",
  );
}

/** What D1 makes of the types that a STRICT table may have. */
const asD1Reads: Readonly<Record<string, string>> = { TEXT: "string", INTEGER: "number", REAL: "number" };

/**
 * The same of D1's tables.
 * @param migrations the SQL that goes up, in order; it is run on SQLite
 * @throws Error for a column of a type that is not known here
 */
export function typesOfD1(migrations: readonly string[]): string {
  const database = new DatabaseSync(":memory:");
  for (const sql of migrations) database.exec(sql);
  // `NOT NULL` goes without saying in the key of a STRICT table.
  const columns = database
    .prepare(
      `SELECT t.name AS "table", c.name, c.type, c."notnull" OR c.pk > 0 AS filled
       FROM pragma_table_list t, pragma_table_info(t.name) c
       WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid`,
    )
    .all()
    .map(({ table, name, type, filled }): Column => {
      const known = asD1Reads[String(type)];
      if (known === undefined)
        throw new Error(`${table}.${name}: what D1 makes of ${type} is not known to types.ts`);
      return { table: String(table), name: String(name), type: filled ? known : `${known} | null` };
    });
  database.close();
  return moduleOf(columns, "migrations/schema-d1", "The rows of each table, as D1 reads them.");
}

function moduleOf(columns: readonly Column[], folder: string, about: string): string {
  const tables = [...new Set(columns.map(({ table }) => table))];
  const text = tables.flatMap((table) => [
    `  readonly "${table}": {`,
    ...columns.filter((one) => one.table === table).map(({ name, type }) => `    readonly ${name}: ${type};`),
    "  };",
  ]);
  return [
    `// Generated from ${folder} by \`npm run schema\`; not written by hand.`,
    "",
    `/** ${about} */`,
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
