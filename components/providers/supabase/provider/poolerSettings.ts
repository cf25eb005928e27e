import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, projectRef } from "./api.ts";

export const poolerSettingsInputs = z.strictObject({
  projectRef,
  /** Connections that the pooler opens to the database for each user and database. */
  poolSize: z.int().min(1).max(3000),
});
export type PoolerSettingsInputs = z.output<typeof poolerSettingsInputs>;

const shown = z.array(z.looseObject({ database_type: z.string(), default_pool_size: z.number().nullable() }));

/** The project's pooler. It comes with the project, and keeps its settings when this is deleted. */
export const poolerSettings: Resource<Api, PoolerSettingsInputs, object> = {
  token: "supabase:index:PoolerSettings",
  inputs: poolerSettingsInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["projectRef"],

  async create(api, inputs) {
    await write(api, inputs.projectRef, inputs);
    return { id: inputs.projectRef, outputs: {} };
  },

  async read(api, id) {
    const path = { ref: id };
    const all = await api.find("GET /v1/projects/{ref}/config/database/pooler", { path }, shown);
    const primary = all?.find(({ database_type }) => database_type === "PRIMARY");
    return primary && { inputs: { projectRef: id, poolSize: primary.default_pool_size ?? 0 }, outputs: {} };
  },

  async update(api, id, inputs) {
    await write(api, id, inputs);
    return {};
  },

  delete: async () => {},
};

async function write(api: Api, ref: string, { poolSize }: PoolerSettingsInputs): Promise<void> {
  const body = { default_pool_size: poolSize };
  await api.call("PATCH /v1/projects/{ref}/config/database/pooler", { path: { ref }, body }, anything);
}
