import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, projectRef } from "./api.ts";

export const storageSettingsInputs = z.strictObject({
  projectRef,
  /** The largest file, in bytes. Free projects: 50 MB at most. */
  fileSizeLimit: z.int().min(1).max(536_870_912_000),
  /** Whether the storage speaks S3. */
  s3: z.boolean().default(true),
});
export type StorageSettingsInputs = z.output<typeof storageSettingsInputs>;

const shown = z.looseObject({
  fileSizeLimit: z.number(),
  features: z.looseObject({ s3Protocol: z.looseObject({ enabled: z.boolean() }) }),
});

/** The project's storage. It comes with the project, and keeps its settings when this is deleted. */
export const storageSettings: Resource<Api, StorageSettingsInputs, object> = {
  token: "supabase:index:StorageSettings",
  inputs: storageSettingsInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["projectRef"],

  async create(api, inputs) {
    await write(api, inputs.projectRef, inputs);
    return { id: inputs.projectRef, outputs: {} };
  },

  async read(api, id) {
    const found = await api.find("GET /v1/projects/{ref}/config/storage", { path: { ref: id } }, shown);
    return (
      found && {
        inputs: {
          projectRef: id,
          fileSizeLimit: found.fileSizeLimit,
          s3: found.features.s3Protocol.enabled,
        },
        outputs: {},
      }
    );
  },

  async update(api, id, inputs) {
    await write(api, id, inputs);
    return {};
  },

  delete: async () => {},
};

async function write(api: Api, ref: string, { fileSizeLimit, s3 }: StorageSettingsInputs): Promise<void> {
  const path = { ref };
  const { features } = await api.call("GET /v1/projects/{ref}/config/storage", { path }, shown);
  if (features.s3Protocol.enabled !== s3) {
    const body = { fileSizeLimit, features: { s3Protocol: { enabled: s3 } } };
    await api.call("PATCH /v1/projects/{ref}/config/storage", { path, body }, anything);
    return;
  }
  await api.call("PATCH /v1/projects/{ref}/config/storage", { path, body: { fileSizeLimit } }, anything);
}
