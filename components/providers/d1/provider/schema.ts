import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { bringUp, migrationsInput } from "../../kit/schema.ts";
import { type Api, queried, Refused, shown } from "./api.ts";

export const schemaInputs = z.strictObject({
  accountId: z.string().regex(/^[0-9a-f]{32}$/, "an account's id: 32 hexadecimal digits"),
  databaseId: z.guid(),
  migrations: migrationsInput,
});
export type SchemaInputs = z.output<typeof schemaInputs>;
type Where = Pick<SchemaInputs, "accountId" | "databaseId">;

/**
 * A database's schema, written through Cloudflare's API before a Worker that needs it serves. What has run is kept in
 * `schema_migrations`. Nothing is undone when this is deleted.
 */
export const schema: Resource<Api, SchemaInputs, object> = {
  token: "d1:index:Schema",
  inputs: schemaInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["accountId", "databaseId"],

  async create(api, inputs) {
    await migrate(api, inputs);
    return { id: idOf(inputs), outputs: {} };
  },

  async read(api, id, before) {
    const [accountId = "", databaseId = ""] = id.split("/");
    const at: Where = { accountId, databaseId };
    const found = await api.find(
      "GET /accounts/{account_id}/d1/database/{database_id}",
      { path: pathOf(at) },
      shown,
    );
    if (!found) return undefined;
    const ran = await versions(api, at);
    const migrations = (before?.migrations ?? []).filter(({ version }) => ran.has(version));
    return { inputs: { ...at, migrations }, outputs: {} };
  },

  async update(api, _id, inputs) {
    await migrate(api, inputs);
    return {};
  },

  delete: async () => {},
};

const idOf = ({ accountId, databaseId }: Where): string => `${accountId}/${databaseId}`;
const pathOf = ({ accountId, databaseId }: Where) => ({ account_id: accountId, database_id: databaseId });

async function migrate(api: Api, inputs: SchemaInputs): Promise<void> {
  // Harmless to repeat.
  await query(
    api,
    inputs,
    "CREATE TABLE IF NOT EXISTS schema_migrations (version TEXT PRIMARY KEY) STRICT",
    true,
  );
  await bringUp(
    inputs.migrations,
    () => versions(api, inputs),
    // Statements that are sent together are one transaction to D1: of two that come at once, one finds its version taken.
    async (version, sql) => {
      await query(api, inputs, `INSERT INTO schema_migrations (version) VALUES ('${version}');\n${sql}`);
    },
  );
}

async function versions(api: Api, at: Where): Promise<ReadonlySet<string>> {
  try {
    const [found] = await query(api, at, "SELECT version FROM schema_migrations", true);
    return new Set((found?.results ?? []).map(({ version }) => String(version)));
  } catch (error) {
    // Before the first migration there is no such table.
    if (error instanceof Refused && /no such table/.test(error.message)) return new Set();
    throw error;
  }
}

async function query(api: Api, at: Where, sql: string, again = false) {
  const operation = "POST /accounts/{account_id}/d1/database/{database_id}/query";
  const { result } = await api.call(operation, { path: pathOf(at), body: { sql } }, queried, again);
  return result;
}
