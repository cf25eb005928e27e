import { z } from "zod";
import { madeOnce, markOf } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, created, marked, ownedIn } from "./api.ts";

export const projectInputs = z.strictObject({
  /** Shown in Coolify. Changes in place. */
  name: z.string().min(3).max(255),
});
export type ProjectInputs = z.output<typeof projectInputs>;

/** A project: holds environments. It is deleted only when empty. */
export const project: Resource<Api, ProjectInputs, object> = {
  token: "coolify:index:Project",
  inputs: projectInputs,
  outputs: [],
  secrets: [],
  replacedBy: [],

  async create(api, { name }, { urn }) {
    const description = markOf(urn);
    const { id, found } = await madeOnce(
      async () => ownedIn(await api.call("GET /projects", {}, marked), description),
      async () => (await api.call("POST /projects", { body: { name, description } }, created)).uuid,
    );
    if (found) await api.call("PATCH /projects/{uuid}", { path: { uuid: id }, body: { name } }, anything);
    return { id, outputs: {} };
  },

  async read(api, id) {
    const found = await api.find(
      "GET /projects/{uuid}",
      { path: { uuid: id } },
      z.looseObject({ name: z.string() }),
    );
    return found && { inputs: { name: found.name }, outputs: {} };
  },

  async update(api, id, { name }) {
    await api.call("PATCH /projects/{uuid}", { path: { uuid: id }, body: { name } }, anything);
    return {};
  },

  delete: (api, id) => api.remove("DELETE /projects/{uuid}", { path: { uuid: id } }),
};
