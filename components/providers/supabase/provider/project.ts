import { createHash } from "node:crypto";
import { z } from "zod";
import type { Call } from "../../../../engine/providers/provider.ts";
import { madeOnce } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { until } from "../../kit/wait.ts";
import { type Api, anything, healthy, readyWithinSeconds, type ShownProject, shownProject } from "./api.ts";
import { regions } from "./regions.ts";

export const projectInputs = z.strictObject({
  /** The organization's slug. Its plan is the project's: free, or paid. A change replaces the project, with its data. */
  organization: z.string().regex(/^[\w-]+$/, "an organization's slug"),
  /** Shown in the dashboard, with a mark behind it by which it is found again. Changes in place. */
  name: z.string().min(1).max(240),
  /** A change replaces the project, with its data. */
  region: z.literal(regions),
  /** Of the role `postgres`. Always secret. Changes in place. */
  password: z.string().min(16),
  readyWithinSeconds,
});
export type ProjectInputs = z.output<typeof projectInputs>;

export interface ProjectOutputs {
  readonly ref: string;
  /** The database itself, by IPv6 alone unless the add-on is bought. */
  readonly databaseHost: string;
  /** The pooler of its region, by IPv4, too: sessions at port 5432, transactions at 6543. */
  readonly poolerHost: string;
  /** Where its own APIs are. */
  readonly apiUrl: string;
  /** Where its storage speaks S3. */
  readonly storageUrl: string;
}

const listed = z.array(shownProject);

/** A project: a PostgreSQL of its own, its pooler, storage and APIs. */
export const project: Resource<Api, ProjectInputs, ProjectOutputs> = {
  token: "supabase:index:Project",
  inputs: projectInputs,
  outputs: ["ref", "databaseHost", "poolerHost", "apiUrl", "storageUrl"],
  secrets: ["password"],
  replacedBy: ["organization", "region"],

  async create(api, inputs, call) {
    const name = `${inputs.name} ${markOf(call.urn)}`;
    const { id, found } = await madeOnce(
      async () =>
        (await api.call("GET /v1/projects", {}, listed)).find(
          (one) =>
            one.name === name && one.organization_slug === inputs.organization && one.status !== "REMOVED",
        )?.ref,
      async () => {
        const body = {
          name,
          organization_slug: inputs.organization,
          db_pass: inputs.password,
          region_selection: { type: "specific" as const, code: inputs.region },
        };
        return (await api.call("POST /v1/projects", { body }, shownProject)).ref;
      },
    );
    if (found) await woken(api, id, call);
    call.status("waiting until the project is up");
    const up = await healthy(api, id, inputs.readyWithinSeconds, call.signal);
    // Of an earlier try nobody knows whether it had this password.
    if (found) await setPassword(api, id, inputs.password);
    return { id, outputs: await outputsOf(api, up, call) };
  },

  async read(api, id, before, call) {
    const found = await api.find("GET /v1/projects/{ref}", { path: { ref: id } }, shownProject);
    if (!found || found.status === "REMOVED" || found.status === "GOING_DOWN") return undefined;
    if (found.status === "INACTIVE") {
      throw new Error(`the project ${id} is paused: restore it in Supabase's dashboard, then try again`);
    }
    const inputs: ProjectInputs = {
      organization: found.organization_slug,
      name: found.name.replace(mark, ""),
      region: found.region as ProjectInputs["region"], // Supabase's own list
      // Never told back.
      password: before?.password ?? "",
      readyWithinSeconds: before?.readyWithinSeconds ?? readyWithinSeconds.parse(undefined),
    };
    return { inputs, outputs: await outputsOf(api, found, call) };
  },

  async update(api, id, inputs, before, call) {
    await woken(api, id, call);
    const path = { ref: id };
    const up = await healthy(api, id, inputs.readyWithinSeconds, call.signal);
    if (inputs.name !== before.name) {
      const name = `${inputs.name}${mark.exec(up.name)?.[0] ?? ""}`;
      await api.call("PATCH /v1/projects/{ref}", { path, body: { name } }, anything);
    }
    if (inputs.password !== before.password) await setPassword(api, id, inputs.password);
    return outputsOf(api, up, call);
  },

  async delete(api, id, _inputs, { signal, status }) {
    const path = { ref: id };
    await api.remove("DELETE /v1/projects/{ref}", { path });
    status("waiting until the project is gone");
    await until(
      async () => {
        const left = await api.find("GET /v1/projects/{ref}", { path }, shownProject);
        return left === undefined || left.status === "REMOVED" || left.status === "GOING_DOWN"
          ? true
          : undefined;
      },
      { what: `the project ${id} to be gone`, everyMs: api.lookMs, seconds: 600, signal },
    );
  },
};

/** Projects have a name and no description: the mark of what is ours stands at its end. */
const markOf = (urn: string): string => createHash("sha256").update(urn).digest("hex").slice(0, 10);
const mark = / [0-9a-f]{10}$/;

/** A free project that nobody used for a week is paused: it is brought back. */
async function woken(api: Api, ref: string, { status }: Call): Promise<void> {
  const found = await api.call("GET /v1/projects/{ref}", { path: { ref } }, shownProject);
  if (found.status !== "INACTIVE") return;
  status("bringing back the paused project");
  await api.call("POST /v1/projects/{ref}/restore", { path: { ref } }, anything);
}

const setPassword = (api: Api, ref: string, password: string): Promise<unknown> =>
  api.call("PATCH /v1/projects/{ref}/database/password", { path: { ref }, body: { password } }, anything);

const poolers = z.array(z.looseObject({ database_type: z.string(), db_host: z.string() }));

async function outputsOf(
  api: Api,
  { ref, database }: ShownProject,
  { signal }: Call,
): Promise<ProjectOutputs> {
  const pooler = await until(
    async () => {
      const all = await api.find("GET /v1/projects/{ref}/config/database/pooler", { path: { ref } }, poolers);
      return all?.find(({ database_type }) => database_type === "PRIMARY");
    },
    { what: `the pooler of the project ${ref}`, everyMs: api.lookMs, seconds: 300, signal },
  );
  return {
    ref,
    databaseHost: database?.host ?? `db.${ref}.supabase.co`,
    poolerHost: pooler.db_host,
    apiUrl: `https://${ref}.supabase.co`,
    storageUrl: `https://${ref}.storage.supabase.co/storage/v1/s3`,
  };
}
