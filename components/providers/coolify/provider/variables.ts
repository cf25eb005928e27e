import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything } from "./api.ts";

export const variablesInputs = z.strictObject({
  /** A change writes them to the other application. */
  applicationUuid: z.string().min(1),
  /** All of them: any other of the application's is removed. Always secret. In force from the next deployment on. */
  values: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.]*$/), z.string()),
});
export type VariablesInputs = z.output<typeof variablesInputs>;

const listed = z.array(
  z.looseObject({
    uuid: z.string(),
    key: z.string(),
    value: z.string().nullish(),
    is_preview: z.boolean().nullish(),
  }),
);

/** An application's environment variables, as a whole. Previews have their own, which are left alone. */
export const variables: Resource<Api, VariablesInputs, object> = {
  token: "coolify:index:Variables",
  inputs: variablesInputs,
  outputs: [],
  secrets: ["values"],
  replacedBy: ["applicationUuid"],

  async create(api, { applicationUuid, values }) {
    await write(api, applicationUuid, values);
    return { id: applicationUuid, outputs: {} };
  },

  async read(api, id, before) {
    const all = await api.find("GET /applications/{uuid}/envs", { path: { uuid: id } }, listed);
    if (!all) return undefined;
    const own = all.filter(({ is_preview }) => !is_preview);
    const values = own.map(({ key, value }) => [key, value ?? before?.values[key] ?? ""] as const);
    return { inputs: { applicationUuid: id, values: Object.fromEntries(values) }, outputs: {} };
  },

  async update(api, id, { values }) {
    await write(api, id, values);
    return {};
  },

  delete: (api, id) => write(api, id, {}),
};

async function write(api: Api, uuid: string, values: Readonly<Record<string, string>>): Promise<void> {
  const path = { uuid };
  const data = Object.entries(values).map(([key, value]) => ({
    key,
    value,
    // As they are: a `$` in a password is no reference.
    is_literal: true,
    is_multiline: value.includes("\n"),
    is_preview: false,
    is_shown_once: false,
  }));
  if (data.length > 0)
    await api.call("PATCH /applications/{uuid}/envs/bulk", { path, body: { data } }, anything);
  const all = (await api.find("GET /applications/{uuid}/envs", { path }, listed)) ?? [];
  for (const { uuid: env_uuid } of all.filter(({ key, is_preview }) => !is_preview && !(key in values))) {
    await api.remove("DELETE /applications/{uuid}/envs/{env_uuid}", { path: { uuid, env_uuid } });
  }
}
