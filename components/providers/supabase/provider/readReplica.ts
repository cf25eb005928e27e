import { z } from "zod";
import { madeOnce } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { until } from "../../kit/wait.ts";
import { type Api, anything, projectRef, readyWithinSeconds, shownProject } from "./api.ts";
import { regions } from "./regions.ts";

export const readReplicaInputs = z.strictObject({
  projectRef,
  /** One of ours a region: by it a replica is found again. */
  region: z.literal(regions),
  readyWithinSeconds: readyWithinSeconds.default(3600),
});
export type ReadReplicaInputs = z.output<typeof readReplicaInputs>;

export interface ReadReplicaOutputs {
  /** What the pooler and the API know it by. */
  readonly identifier: string;
}

const page = z.looseObject({
  projects: z.array(
    z.looseObject({
      ref: z.string(),
      databases: z.array(
        z.looseObject({ identifier: z.string(), region: z.string(), status: z.string(), type: z.string() }),
      ),
    }),
  ),
  pagination: z.looseObject({ count: z.number() }),
});
type Replica = z.output<typeof page>["projects"][number]["databases"][number];

/** A copy of the database that is read from. Its id is `<project>/<identifier>`. Takes a project of size small. */
export const readReplica: Resource<Api, ReadReplicaInputs, ReadReplicaOutputs> = {
  token: "supabase:index:ReadReplica",
  inputs: readReplicaInputs,
  outputs: ["identifier"],
  secrets: [],
  replacedBy: ["projectRef", "region"],

  async create(api, inputs, { signal, status }) {
    const { projectRef: ref, region } = inputs;
    const inRegion = async () =>
      (await replicasOf(api, ref)).find((one) => one.region === region && one.status !== "GOING_DOWN");
    await madeOnce(
      async () => (await inRegion())?.identifier,
      async () => {
        const body = { read_replica_region: region };
        await api.call("POST /v1/projects/{ref}/read-replicas/setup", { path: { ref }, body }, anything);
        return region;
      },
    );
    status("waiting until the replica has caught up");
    const replica = await until(
      async () => {
        const found = await inRegion();
        if (found?.status === "INIT_READ_REPLICA_FAILED") {
          throw new Error(
            `the read replica ${found.identifier} failed: remove it in Supabase, then try again`,
          );
        }
        return found?.status === "ACTIVE_HEALTHY" ? found : undefined;
      },
      {
        what: `the read replica in ${region} to be healthy`,
        everyMs: api.lookMs,
        seconds: inputs.readyWithinSeconds,
        signal,
      },
    );
    return { id: `${ref}/${replica.identifier}`, outputs: { identifier: replica.identifier } };
  },

  async read(api, id, before) {
    const [ref = "", identifier = ""] = id.split("/");
    const found = (await replicasOf(api, ref)).find((one) => one.identifier === identifier);
    if (!found) return undefined;
    const inputs: ReadReplicaInputs = {
      projectRef: ref,
      region: found.region as ReadReplicaInputs["region"], // Supabase's own list
      readyWithinSeconds: before?.readyWithinSeconds ?? 3600,
    };
    return { inputs, outputs: { identifier } };
  },

  async update(_api, id) {
    return { identifier: id.split("/")[1] ?? "" };
  },

  async delete(api, id, _inputs, { signal, status }) {
    const [ref = "", identifier = ""] = id.split("/");
    const there = async () => (await replicasOf(api, ref)).find((one) => one.identifier === identifier);
    const found = await there();
    if (!found) return;
    if (found.status !== "GOING_DOWN") {
      const body = { database_identifier: identifier };
      await api.call("POST /v1/projects/{ref}/read-replicas/remove", { path: { ref }, body }, anything);
    }
    status("waiting until the replica is gone");
    await until(async () => ((await there()) ? undefined : true), {
      what: `the read replica ${identifier} to be gone`,
      everyMs: api.lookMs,
      seconds: 900,
      signal,
    });
  },
};

/** A page of the organization's projects. */
const limit = 100;

async function replicasOf(api: Api, ref: string): Promise<Replica[]> {
  const project = await api.find("GET /v1/projects/{ref}", { path: { ref } }, shownProject);
  if (!project) return [];
  const path = { slug: project.organization_slug };
  for (let offset = 0; ; offset += limit) {
    const { projects, pagination } = await api.call(
      "GET /v1/organizations/{slug}/projects",
      { path, query: { limit, offset } },
      page,
    );
    const own = projects.find((one) => one.ref === ref);
    if (own)
      return own.databases.filter(({ type, status }) => type === "READ_REPLICA" && status !== "REMOVED");
    if (offset + limit >= pagination.count) return [];
  }
}
