import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, keysOf, projectRef } from "./api.ts";

export const apiKeysInputs = z.strictObject({ projectRef });
export type ApiKeysInputs = z.output<typeof apiKeysInputs>;

export interface ApiKeysOutputs {
  /** The S3 protocol's secret, where a session token says who asks. */
  readonly anonKey: string;
  /** May do everything in the project's APIs. */
  readonly serviceKey: string;
}

/** The project's legacy keys, switched on: S3 by session token takes no others. They stay when this is deleted. */
export const apiKeys: Resource<Api, ApiKeysInputs, ApiKeysOutputs> = {
  token: "supabase:index:ApiKeys",
  inputs: apiKeysInputs,
  outputs: ["anonKey", "serviceKey"],
  secrets: ["anonKey", "serviceKey"],
  replacedBy: ["projectRef"],

  async create(api, { projectRef: ref }) {
    const path = { ref };
    await api.call("PUT /v1/projects/{ref}/api-keys/legacy", { path, query: { enabled: true } }, anything);
    return { id: ref, outputs: await keysOf(api, ref) };
  },

  async read(api, id) {
    const found = await api.find("GET /v1/projects/{ref}", { path: { ref: id } }, anything);
    return found === undefined ? undefined : { inputs: { projectRef: id }, outputs: await keysOf(api, id) };
  },

  update: (api, id) => keysOf(api, id),

  delete: async () => {},
};
