import { z } from "zod";
import type { Call } from "../../../../engine/providers/provider.ts";
import type { Resource } from "../../kit/resource.ts";
import { until } from "../../kit/wait.ts";
import { type Api, anything, healthy, projectRef, readyWithinSeconds } from "./api.ts";

export const sslEnforcementInputs = z.strictObject({
  projectRef,
  /** Connections without TLS are refused. A change restarts the database. */
  enforced: z.boolean().default(true),
  readyWithinSeconds,
});
export type SslEnforcementInputs = z.output<typeof sslEnforcementInputs>;

const shown = z.looseObject({
  currentConfig: z.looseObject({ database: z.boolean() }),
  appliedSuccessfully: z.boolean(),
});

/** Whether the database and its pooler take connections without TLS. */
export const sslEnforcement: Resource<Api, SslEnforcementInputs, object> = {
  token: "supabase:index:SslEnforcement",
  inputs: sslEnforcementInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["projectRef"],

  async create(api, inputs, call) {
    await apply(api, inputs.projectRef, inputs, call);
    return { id: inputs.projectRef, outputs: {} };
  },

  async read(api, id, before) {
    const found = await api.find("GET /v1/projects/{ref}/ssl-enforcement", { path: { ref: id } }, shown);
    const seconds = before?.readyWithinSeconds ?? readyWithinSeconds.parse(undefined);
    return (
      found && {
        inputs: { projectRef: id, enforced: found.currentConfig.database, readyWithinSeconds: seconds },
        outputs: {},
      }
    );
  },

  async update(api, id, inputs, _before, call) {
    await apply(api, id, inputs, call);
    return {};
  },

  async delete(api, id, inputs, call) {
    const path = { ref: id };
    const found = await api.find("GET /v1/projects/{ref}/ssl-enforcement", { path }, shown);
    if (found?.currentConfig.database) await apply(api, id, { ...inputs, enforced: false }, call);
  },
};

async function apply(
  api: Api,
  ref: string,
  { enforced, readyWithinSeconds: seconds }: SslEnforcementInputs,
  { signal }: Call,
): Promise<void> {
  const path = { ref };
  const body = { requestedConfig: { database: enforced } };
  await api.call("PUT /v1/projects/{ref}/ssl-enforcement", { path, body }, anything);
  await until(
    async () => {
      const found = await api.call("GET /v1/projects/{ref}/ssl-enforcement", { path }, shown);
      return found.appliedSuccessfully && found.currentConfig.database === enforced ? true : undefined;
    },
    { what: "TLS to be enforced", everyMs: api.lookMs, seconds, signal },
  );
  await healthy(api, ref, seconds, signal);
}
