import { z } from "zod";
import type { Call } from "../../../../engine/providers/provider.ts";
import type { Resource } from "../../kit/resource.ts";
import { until } from "../../kit/wait.ts";
import { type Api, anything, projectRef } from "./api.ts";

/** Everyone, by either protocol: what a project has before anything is said. */
export const everyone = ["0.0.0.0/0", "::/0"] as const;

export const networkRestrictionsInputs = z.strictObject({
  projectRef,
  /** Who may connect to the database and its pooler, IPv4 and IPv6; its HTTP APIs are open to all. */
  cidrs: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .min(1)
    .transform((list) => [...new Set(list)].sort()),
});
export type NetworkRestrictionsInputs = z.output<typeof networkRestrictionsInputs>;

const shown = z.looseObject({
  config: z.looseObject({
    dbAllowedCidrs: z.array(z.string()).nullish(),
    dbAllowedCidrsV6: z.array(z.string()).nullish(),
  }),
  status: z.string(),
});

/** From where the database may be reached. Gone, it is reached from everywhere. */
export const networkRestrictions: Resource<Api, NetworkRestrictionsInputs, object> = {
  token: "supabase:index:NetworkRestrictions",
  inputs: networkRestrictionsInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["projectRef"],

  async create(api, { projectRef: ref, cidrs }, call) {
    await apply(api, ref, cidrs, call);
    return { id: ref, outputs: {} };
  },

  async read(api, id) {
    const found = await api.find("GET /v1/projects/{ref}/network-restrictions", { path: { ref: id } }, shown);
    if (!found) return undefined;
    const { dbAllowedCidrs, dbAllowedCidrsV6 } = found.config;
    const cidrs = [...(dbAllowedCidrs ?? []), ...(dbAllowedCidrsV6 ?? [])].sort();
    return { inputs: { projectRef: id, cidrs: cidrs.length > 0 ? cidrs : [...everyone] }, outputs: {} };
  },

  async update(api, id, { cidrs }, _before, call) {
    await apply(api, id, cidrs, call);
    return {};
  },

  async delete(api, id) {
    const path = { ref: id };
    if (!(await api.find("GET /v1/projects/{ref}/network-restrictions", { path }, shown))) return;
    await api.call(
      "POST /v1/projects/{ref}/network-restrictions/apply",
      { path, body: bodyOf(everyone) },
      anything,
    );
  },
};

const bodyOf = (cidrs: readonly string[]) => ({
  dbAllowedCidrs: cidrs.filter((one) => !one.includes(":")),
  dbAllowedCidrsV6: cidrs.filter((one) => one.includes(":")),
});

async function apply(api: Api, ref: string, cidrs: readonly string[], { signal }: Call): Promise<void> {
  const path = { ref };
  await api.call(
    "POST /v1/projects/{ref}/network-restrictions/apply",
    { path, body: bodyOf(cidrs) },
    anything,
  );
  await until(
    async () => {
      const { status } = await api.call("GET /v1/projects/{ref}/network-restrictions", { path }, shown);
      return status === "applied" ? true : undefined;
    },
    { what: "the network restrictions to be applied", everyMs: api.lookMs, seconds: 300, signal },
  );
}
