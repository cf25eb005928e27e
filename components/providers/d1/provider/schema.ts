import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { migrationsInput } from "../../kit/schema.ts";
import { type Api, shown } from "./api.ts";
import { applyIn, ranIn, type Where } from "./migrations.ts";

export const schemaInputs = z.strictObject({
  accountId: z.string().regex(/^[0-9a-f]{32}$/, "an account's id: 32 hexadecimal digits"),
  databaseId: z.guid(),
  migrations: migrationsInput,
});
export type SchemaInputs = z.output<typeof schemaInputs>;

/**
 * A database's schema, written through Cloudflare's API before a Worker that needs it serves. What has run is kept in
 * `schema_migrations`, with its checksum beside it. Nothing is undone when this is deleted.
 */
export const schema: Resource<Api, SchemaInputs, object> = {
  token: "d1:index:Schema",
  inputs: schemaInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["accountId", "databaseId"],

  async create(api, inputs) {
    await applyIn(api, inputs, inputs.migrations);
    return { id: idOf(inputs), outputs: {} };
  },

  async read(api, id, before) {
    const [accountId = "", databaseId = ""] = id.split("/");
    const at: Where = { accountId, databaseId };
    const found = await api.find(
      "GET /accounts/{account_id}/d1/database/{database_id}",
      { path: { account_id: accountId, database_id: databaseId } },
      shown,
    );
    if (!found) return undefined;
    const ran = new Set((await ranIn(api, at)).map(({ version }) => version));
    const migrations = (before?.migrations ?? []).filter(({ version }) => ran.has(version));
    return { inputs: { ...at, migrations }, outputs: {} };
  },

  async update(api, _id, inputs) {
    await applyIn(api, inputs, inputs.migrations);
    return {};
  },

  delete: async () => {},
};

const idOf = ({ accountId, databaseId }: Where): string => `${accountId}/${databaseId}`;
