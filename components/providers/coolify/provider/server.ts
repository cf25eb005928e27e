import { z } from "zod";
import { madeOnce, markOf } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { until } from "../../kit/wait.ts";
import { type Api, anything, created, marked, ownedIn } from "./api.ts";

export const serverInputs = z.strictObject({
  name: z.string().min(3).max(255),
  /** Where Coolify reaches it by SSH. */
  ip: z.string().min(1),
  port: z.int().min(1).max(65535).default(22),
  user: z.string().default("root"),
  /** The key that Coolify logs in with. */
  privateKeyUuid: z.string().min(1),
  proxy: z.literal(["traefik", "caddy", "none"]).default("traefik"),
  /** How long the first log-in and the installation of what is missing may take. */
  readyWithinSeconds: z.int().min(1).default(900),
});
export type ServerInputs = z.output<typeof serverInputs>;

const shown = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  ip: z.string(),
  port: z.coerce.number(),
  user: z.string(),
  proxy_type: z.string().nullish(),
  proxy: z.looseObject({ type: z.string().nullish() }).nullish(),
  settings: z
    .looseObject({ is_usable: z.boolean().nullish(), is_reachable: z.boolean().nullish() })
    .nullish(),
  validation_logs: z.string().nullish(),
});

export interface ServerOutputs {
  /** The Docker network that things are put into. */
  readonly destinationUuid: string;
}

/** Another server that Coolify puts things on. Ready when Coolify has logged in and found Docker there. */
export const server: Resource<Api, ServerInputs, ServerOutputs> = {
  token: "coolify:index:Server",
  inputs: serverInputs,
  outputs: ["destinationUuid"],
  secrets: [],
  replacedBy: [],

  async create(api, inputs, { urn, signal, status }) {
    const description = markOf(urn);
    const { id, found } = await madeOnce(
      async () => ownedIn(await api.call("GET /servers", {}, marked), description),
      async () =>
        (await api.call("POST /servers", { body: { ...bodyOf(inputs), description } }, created)).uuid,
    );
    const path = { uuid: id };
    if (found) await api.call("PATCH /servers/{uuid}", { path, body: bodyOf(inputs) }, anything);
    await api.call("POST /servers/{uuid}/validate", { path, body: { install: true } }, anything);
    status("waiting until Coolify has logged in and found Docker");
    await until(
      async () => {
        const { settings } = await api.call("GET /servers/{uuid}", { path }, shown);
        return settings?.is_usable && settings.is_reachable ? true : undefined;
      },
      {
        what: `Coolify to reach the server ${inputs.name} (${inputs.ip})`,
        everyMs: api.lookMs,
        seconds: inputs.readyWithinSeconds,
        signal,
      },
    );
    return { id, outputs: await outputsOf(api, id) };
  },

  async read(api, id, before) {
    const found = await api.find("GET /servers/{uuid}", { path: { uuid: id } }, shown);
    if (!found) return undefined;
    const proxy = (found.proxy?.type ?? found.proxy_type ?? "none").toLowerCase();
    const inputs = {
      name: found.name,
      ip: found.ip,
      port: found.port,
      user: found.user,
      // Not told back.
      privateKeyUuid: before?.privateKeyUuid ?? "",
      proxy: proxy as ServerInputs["proxy"], // Coolify's own list, in capitals there
      readyWithinSeconds: before?.readyWithinSeconds ?? 900,
    };
    return { inputs, outputs: await outputsOf(api, id) };
  },

  async update(api, id, inputs) {
    await api.call("PATCH /servers/{uuid}", { path: { uuid: id }, body: bodyOf(inputs) }, anything);
    return outputsOf(api, id);
  },

  delete: (api, id) => api.remove("DELETE /servers/{uuid}", { path: { uuid: id } }),
};

const bodyOf = ({ name, ip, port, user, privateKeyUuid, proxy }: ServerInputs) => ({
  name,
  ip,
  port,
  user,
  private_key_uuid: privateKeyUuid,
  proxy_type: proxy,
});

/** The first of a server's Docker networks: Coolify makes one with each server. */
export async function outputsOf(api: Api, uuid: string): Promise<ServerOutputs> {
  const [first] = await api.call(
    "GET /servers/{server_uuid}/destinations",
    { path: { server_uuid: uuid } },
    z.array(created),
  );
  if (!first) throw new Error(`Coolify's server ${uuid} has no Docker network to put things into`);
  return { destinationUuid: first.uuid };
}
