import { z } from "zod";
import { madeOnce, markOf } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, created, marked, ownedIn } from "./api.ts";

export const s3StorageInputs = z.strictObject({
  name: z.string().min(3).max(255),
  endpoint: z.url(),
  bucket: z.string().min(3).max(63),
  region: z.string().min(1),
  accessKeyId: z.string().min(1),
  /** Always secret. */
  secretAccessKey: z.string().min(1),
});
export type S3StorageInputs = z.output<typeof s3StorageInputs>;

const shown = z.looseObject({
  name: z.string(),
  endpoint: z.string(),
  bucket: z.string(),
  region: z.string(),
});

/** A bucket that Coolify may send backups to. Everything changes in place. */
export const s3Storage: Resource<Api, S3StorageInputs, object> = {
  token: "coolify:index:S3Storage",
  inputs: s3StorageInputs,
  outputs: [],
  secrets: ["secretAccessKey"],
  replacedBy: [],

  async create(api, inputs, { urn }) {
    const description = markOf(urn);
    const { id, found } = await madeOnce(
      async () => ownedIn(await api.call("GET /s3-storages", {}, marked), description),
      async () =>
        (await api.call("POST /s3-storages", { body: { ...bodyOf(inputs), description } }, created)).uuid,
    );
    if (found) await change(api, id, inputs);
    return { id, outputs: {} };
  },

  async read(api, id, before) {
    const found = await api.find("GET /s3-storages/{uuid}", { path: { uuid: id } }, shown);
    if (!found) return undefined;
    const { name, endpoint, bucket, region } = found;
    // Keys are never told back.
    const keys = {
      accessKeyId: before?.accessKeyId ?? "",
      secretAccessKey: before?.secretAccessKey ?? "",
    };
    return { inputs: { name, endpoint, bucket, region, ...keys }, outputs: {} };
  },

  async update(api, id, inputs) {
    await change(api, id, inputs);
    return {};
  },

  delete: (api, id) => api.remove("DELETE /s3-storages/{uuid}", { path: { uuid: id } }),
};

const bodyOf = (inputs: S3StorageInputs) => ({
  name: inputs.name,
  endpoint: inputs.endpoint,
  bucket: inputs.bucket,
  region: inputs.region,
  key: inputs.accessKeyId,
  secret: inputs.secretAccessKey,
  is_usable: true,
});

async function change(api: Api, uuid: string, inputs: S3StorageInputs): Promise<void> {
  await api.call("PATCH /s3-storages/{uuid}", { path: { uuid }, body: bodyOf(inputs) }, anything);
}
