import { z } from "zod";
import { madeOnce, markOf } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { type Api, created, marked, ownedIn } from "./api.ts";

export const privateKeyInputs = z.strictObject({
  name: z.string().min(3).max(255),
  /** OpenSSH or PEM. Always secret. */
  privateKey: z.string().min(1),
});
export type PrivateKeyInputs = z.output<typeof privateKeyInputs>;

/**
 * A key that Coolify logs in to servers with. Every change replaces it: the documented update names no key to change.
 */
export const privateKey: Resource<Api, PrivateKeyInputs, object> = {
  token: "coolify:index:PrivateKey",
  inputs: privateKeyInputs,
  outputs: [],
  secrets: ["privateKey"],
  replacedBy: ["name", "privateKey"],

  async create(api, inputs, { urn }) {
    const description = markOf(urn);
    const { id } = await madeOnce(
      async () => ownedIn(await api.call("GET /security/keys", {}, marked), description),
      async () =>
        (
          await api.call(
            "POST /security/keys",
            { body: { name: inputs.name, description, private_key: inputs.privateKey } },
            created,
          )
        ).uuid,
    );
    return { id, outputs: {} };
  },

  async read(api, id, before) {
    const found = await api.find(
      "GET /security/keys/{uuid}",
      { path: { uuid: id } },
      z.looseObject({ name: z.string(), private_key: z.string().nullish() }),
    );
    if (!found) return undefined;
    // A token that may not read secrets is told none: what we know stands.
    const privateKey = withoutEnd(found.private_key) ?? before?.privateKey ?? "";
    const same = before && withoutEnd(before.privateKey) === privateKey;
    return { inputs: { name: found.name, privateKey: same ? before.privateKey : privateKey }, outputs: {} };
  },

  update: async () => ({}),

  delete: (api, id) => api.remove("DELETE /security/keys/{uuid}", { path: { uuid: id } }),
};

/** Coolify keeps a key without the white space around it. */
const withoutEnd = (key: string | null | undefined): string | undefined => key?.trim();
