import { z } from "zod";
import { madeOnce } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, projectRef, Refused } from "./api.ts";
import { meant, type StorageApi } from "./storageApi.ts";

export const bucketInputs = z.strictObject({
  projectRef,
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/, "3 to 63 lower-case letters, digits, ., _ and -"),
  /** Anybody may read its objects. */
  public: z.boolean().default(false),
  /** Of one object, in bytes; the project's own limit without it. */
  fileSizeLimit: z.int().min(1).optional(),
  allowedMimeTypes: z.array(z.string().min(3)).optional(),
  /** Deleted with all that is in it; without it only an empty bucket is deleted. */
  emptyOnDelete: z.boolean().default(false),
});
export type BucketInputs = z.output<typeof bucketInputs>;

const shown = z.looseObject({
  name: z.string(),
  public: z.boolean(),
  file_size_limit: z.number().nullish(),
  allowed_mime_types: z.array(z.string()).nullish(),
});

/** A bucket of the project's storage. Its id is `<project>/<name>`. */
export const bucket: Resource<Api, BucketInputs, object> = {
  token: "supabase:index:Bucket",
  inputs: bucketInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["projectRef", "name"],

  async create(api, inputs) {
    const { projectRef: ref, name } = inputs;
    const storage = await api.storage(ref);
    const { found } = await madeOnce(
      async () => ((await look(storage, name)) ? name : undefined),
      async () => {
        await storage.call(
          "POST /storage/v1/bucket",
          { body: { id: name, name, ...bodyOf(inputs) } },
          anything,
        );
        return name;
      },
    );
    if (found) await change(storage, inputs);
    return { id: `${ref}/${name}`, outputs: {} };
  },

  async read(api, id, before) {
    const [ref = "", name = ""] = id.split("/");
    if (!(await api.find("GET /v1/projects/{ref}", { path: { ref } }, anything))) return undefined;
    const found = await look(await api.storage(ref), name);
    if (!found) return undefined;
    const inputs: BucketInputs = {
      projectRef: ref,
      name,
      public: found.public,
      ...(found.file_size_limit ? { fileSizeLimit: found.file_size_limit } : {}),
      ...(found.allowed_mime_types ? { allowedMimeTypes: found.allowed_mime_types } : {}),
      emptyOnDelete: before?.emptyOnDelete ?? false,
    };
    return { inputs, outputs: {} };
  },

  async update(api, _id, inputs) {
    await change(await api.storage(inputs.projectRef), inputs);
    return {};
  },

  async delete(api, _id, { projectRef: ref, name, emptyOnDelete }) {
    if (!(await api.find("GET /v1/projects/{ref}", { path: { ref } }, anything))) return;
    const storage = await api.storage(ref);
    const path = { id: name };
    try {
      if (emptyOnDelete) await storage.call("POST /storage/v1/bucket/{id}/empty", { path }, anything);
      await storage.call("DELETE /storage/v1/bucket/{id}", { path }, anything);
    } catch (error) {
      if (!(error instanceof Refused) || meant(error) !== 404) throw error;
    }
  },
};

async function look(storage: StorageApi, name: string): Promise<z.output<typeof shown> | undefined> {
  try {
    return await storage.call("GET /storage/v1/bucket/{id}", { path: { id: name } }, shown);
  } catch (error) {
    if (error instanceof Refused && meant(error) === 404) return undefined;
    throw error;
  }
}

const bodyOf = (inputs: BucketInputs) => ({
  public: inputs.public,
  file_size_limit: inputs.fileSizeLimit ?? null,
  allowed_mime_types: inputs.allowedMimeTypes ?? null,
});

async function change(storage: StorageApi, inputs: BucketInputs): Promise<void> {
  const path = { id: inputs.name };
  await storage.call("PUT /storage/v1/bucket/{id}", { path, body: bodyOf(inputs) }, anything);
}
