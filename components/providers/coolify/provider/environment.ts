import { z } from "zod";
import { madeOnce } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, created } from "./api.ts";
import { nested } from "./nested.ts";

export const environmentInputs = z.strictObject({
  /** A change makes another environment, with everything in it. */
  projectUuid: z.string().min(1),
  /** Unique in its project. Changes in place. */
  name: z.string().min(3).max(255),
});
export type EnvironmentInputs = z.output<typeof environmentInputs>;

const listed = z.array(z.looseObject({ uuid: z.string(), name: z.string() }));

/**
 * An environment of a project, such as `production`. One of that name that is there already is taken up: Coolify makes
 * `production` along with each project. Its id is `<project>/<environment>`.
 */
export const environment: Resource<Api, EnvironmentInputs, { uuid: string }> = {
  token: "coolify:index:Environment",
  inputs: environmentInputs,
  outputs: ["uuid"],
  secrets: [],
  replacedBy: ["projectUuid"],

  async create(api, { projectUuid, name }) {
    const path = { uuid: projectUuid };
    const { id } = await madeOnce(
      async () =>
        (await api.call("GET /projects/{uuid}/environments", { path }, listed)).find(
          (one) => one.name === name,
        )?.uuid,
      async () =>
        (await api.call("POST /projects/{uuid}/environments", { path, body: { name } }, created)).uuid,
    );
    return { id: `${projectUuid}/${id}`, outputs: { uuid: id } };
  },

  async read(api, id) {
    const [projectUuid, uuid] = nested(id, "project", "environment");
    const all = await api.find("GET /projects/{uuid}/environments", { path: { uuid: projectUuid } }, listed);
    const found = all?.find((one) => one.uuid === uuid);
    return found && { inputs: { projectUuid, name: found.name }, outputs: { uuid } };
  },

  async update(api, id, { name }) {
    const [uuid, own] = nested(id, "project", "environment");
    await api.call(
      "PATCH /projects/{uuid}/environments/{environment_name_or_uuid}",
      { path: { uuid, environment_name_or_uuid: own }, body: { name } },
      anything,
    );
    return { uuid: own };
  },

  async delete(api, id) {
    const [uuid, own] = nested(id, "project", "environment");
    await api.remove("DELETE /projects/{uuid}/environments/{environment_name_or_uuid}", {
      path: { uuid, environment_name_or_uuid: own },
    });
  },
};
