import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything } from "./api.ts";
import { outputsOf, type ServerOutputs } from "./server.ts";

export const localServerInputs = z.strictObject({
  /** Of the deployments that may run at once. */
  concurrentBuilds: z.int().min(1).default(2),
  /** How full its disk may get before Coolify says so, in percent. */
  diskWarningPercent: z.int().min(1).max(99).default(80),
});
export type LocalServerInputs = z.output<typeof localServerInputs>;

const shown = z.looseObject({
  uuid: z.string(),
  ip: z.string(),
  settings: z
    .looseObject({
      concurrent_builds: z.coerce.number().nullish(),
      server_disk_usage_notification_threshold: z.coerce.number().nullish(),
    })
    .nullish(),
});
/** How Coolify calls the machine it runs on. */
const itself = "host.docker.internal";

/** The server that Coolify itself runs on. It comes with Coolify: taken up when made, and left when deleted. */
export const localServer: Resource<Api, LocalServerInputs, ServerOutputs> = {
  token: "coolify:index:LocalServer",
  inputs: localServerInputs,
  outputs: ["destinationUuid"],
  secrets: [],
  replacedBy: [],

  async create(api, inputs) {
    const all = await api.call("GET /servers", {}, z.array(shown));
    const found = all.find(({ ip }) => ip === itself);
    if (!found)
      throw new Error("this Coolify has no server of its own: was it installed to manage others only?");
    await apply(api, found.uuid, inputs);
    return { id: found.uuid, outputs: await outputsOf(api, found.uuid) };
  },

  async read(api, id, before) {
    const found = await api.find("GET /servers/{uuid}", { path: { uuid: id } }, shown);
    if (!found) return undefined;
    const inputs = {
      concurrentBuilds: found.settings?.concurrent_builds ?? before?.concurrentBuilds ?? 2,
      diskWarningPercent:
        found.settings?.server_disk_usage_notification_threshold ?? before?.diskWarningPercent ?? 80,
    };
    return { inputs, outputs: await outputsOf(api, id) };
  },

  async update(api, id, inputs) {
    await apply(api, id, inputs);
    return outputsOf(api, id);
  },

  delete: async () => {},
};

async function apply(api: Api, uuid: string, inputs: LocalServerInputs): Promise<void> {
  const body = {
    concurrent_builds: inputs.concurrentBuilds,
    server_disk_usage_notification_threshold: inputs.diskWarningPercent,
  };
  await api.call("PATCH /servers/{uuid}", { path: { uuid }, body }, anything);
}
