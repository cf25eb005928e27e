import { z } from "zod";
import type { Call } from "../../../../engine/providers/provider.ts";
import { madeOnce, markOf } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { until } from "../../kit/wait.ts";
import { type Api, anything, created, marked, ownedIn } from "./api.ts";
import { memoryOf } from "./limits.ts";
import type { Operations } from "./types.ts";

/** Inputs that every kind of database has. */
export const databaseShape = {
  name: z.string().min(3).max(255),
  /** Where it lives. A change of any of these replaces it, with its data. */
  serverUuid: z.string().min(1),
  destinationUuid: z.string().min(1),
  projectUuid: z.string().min(1),
  environmentName: z.string().min(1),
  environmentUuid: z.string().min(1),
  /** With tag or digest. A change restarts it. */
  image: z.string().min(1),
  /** A change restarts it. */
  memoryMb: z.int().min(64),
  cpus: z.number().positive(),
  /** Published on its server at this port; without one it is on its Docker network alone. A change restarts it. */
  publicPort: z.int().min(1024).max(65535).optional(),
  /** How long it may take until it answers. */
  readyWithinSeconds: z.int().min(1).default(600),
};
const databaseInputs = z.strictObject(databaseShape);
export type DatabaseInputs = z.output<typeof databaseInputs>;

/** `GET /databases` and `GET /databases/{uuid}` are typed as a string in the vendor's document: this is what they hold. */
export const shownDatabase = z.looseObject({
  uuid: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  image: z.string(),
  status: z.string(),
  is_public: z.boolean().nullish(),
  public_port: z.coerce.number().nullish(),
  limits_memory: z.string().nullish(),
  limits_cpus: z.coerce.string().nullish(),
});
export type ShownDatabase = z.output<typeof shownDatabase>;

type Creation = "POST /databases/postgresql" | "POST /databases/redis" | "POST /databases/dragonfly";
type PatchBody = NonNullable<Operations["PATCH /databases/{uuid}"]["body"]>;

/** What one kind of database has of its own. */
interface Kind<Inputs extends DatabaseInputs, Shown extends ShownDatabase, C extends Creation> {
  readonly token: string;
  readonly operation: C;
  readonly inputs: z.ZodType<Inputs>;
  readonly shown: z.ZodType<Shown>;
  readonly secrets: readonly (keyof Inputs & string)[];
  readonly replacedBy: readonly (keyof Inputs & string)[];
  /** Of its own, when it is made. */
  making(inputs: Inputs): Partial<Operations[C]["body"]>;
  /** Of its own, when it is changed. */
  changing(inputs: Inputs): PatchBody;
  /** Its own inputs, from what is there. */
  reading(shown: Shown, before: Inputs | undefined): Omit<Inputs, keyof DatabaseInputs>;
  /** What it needs before its first start. */
  prepare?(api: Api, uuid: string, inputs: Inputs): Promise<void>;
}

/** The id of a database is its name on its Docker network, too. */
export function databaseOf<Inputs extends DatabaseInputs, Shown extends ShownDatabase, C extends Creation>(
  kind: Kind<Inputs, Shown, C>,
): Resource<Api, Inputs, object> {
  return {
    token: kind.token,
    inputs: kind.inputs,
    outputs: [],
    secrets: kind.secrets,
    replacedBy: [
      "serverUuid",
      "destinationUuid",
      "projectUuid",
      "environmentName",
      "environmentUuid",
      ...kind.replacedBy,
    ],

    async create(api, inputs, call) {
      const description = markOf(call.urn);
      const body = {
        name: inputs.name,
        description,
        server_uuid: inputs.serverUuid,
        destination_uuid: inputs.destinationUuid,
        project_uuid: inputs.projectUuid,
        environment_name: inputs.environmentName,
        environment_uuid: inputs.environmentUuid,
        ...containerOf(inputs),
        ...kind.making(inputs),
        instant_deploy: false,
      };
      const { id, found } = await madeOnce(
        async () => ownedIn(await api.call("GET /databases", {}, marked), description),
        // The three creations differ in the kind's own part alone, which `making` is typed by.
        async () => (await api.call(kind.operation, { body } as never, created)).uuid,
      );
      const path = { uuid: id };
      if (found) await api.call("PATCH /databases/{uuid}", { path, body: patchOf(kind, inputs) }, anything);
      await kind.prepare?.(api, id, inputs);
      const { status } = await api.call("GET /databases/{uuid}", { path }, shownDatabase);
      // Coolify refuses to start what runs.
      if (!isRunning(status)) await api.call("POST /databases/{uuid}/start", { path }, anything);
      await running(api, id, inputs, call);
      return { id, outputs: {} };
    },

    async read(api, id, before) {
      const found = await api.find("GET /databases/{uuid}", { path: { uuid: id } }, kind.shown);
      if (!found) return undefined;
      const shared: DatabaseInputs = {
        name: found.name,
        // Told back by number alone; they cannot be changed on a living one.
        serverUuid: before?.serverUuid ?? "",
        destinationUuid: before?.destinationUuid ?? "",
        projectUuid: before?.projectUuid ?? "",
        environmentName: before?.environmentName ?? "",
        environmentUuid: before?.environmentUuid ?? "",
        image: found.image,
        memoryMb: memoryOf(found.limits_memory),
        cpus: Number(found.limits_cpus ?? 0),
        ...(found.is_public && found.public_port ? { publicPort: found.public_port } : {}),
        readyWithinSeconds: before?.readyWithinSeconds ?? databaseShape.readyWithinSeconds.parse(undefined),
      };
      // The shared part and the kind's own make the whole.
      return { inputs: { ...shared, ...kind.reading(found, before) } as Inputs, outputs: {} };
    },

    async update(api, id, inputs, _before, call) {
      const path = { uuid: id };
      await api.call("PATCH /databases/{uuid}", { path, body: patchOf(kind, inputs) }, anything);
      await kind.prepare?.(api, id, inputs);
      await api.call("POST /databases/{uuid}/restart", { path }, anything);
      await running(api, id, inputs, call);
      return {};
    },

    async delete(api, id, _inputs, { signal, status }) {
      const path = { uuid: id };
      await api.remove("DELETE /databases/{uuid}", { path, query: { delete_volumes: true } });
      status("waiting until it is gone");
      await goneOf(api, `the database ${id}`, signal, () =>
        api.find("GET /databases/{uuid}", { path }, anything),
      );
    },
  };
}

const containerOf = ({ image, memoryMb, cpus, publicPort }: DatabaseInputs) => ({
  image,
  limits_memory: `${memoryMb}m`,
  limits_memory_swap: `${memoryMb}m`,
  limits_cpus: String(cpus),
  is_public: publicPort !== undefined,
  ...(publicPort !== undefined && { public_port: publicPort }),
});

const patchOf = <I extends DatabaseInputs, S extends ShownDatabase, C extends Creation>(
  kind: Kind<I, S, C>,
  inputs: I,
): PatchBody => ({ name: inputs.name, ...containerOf(inputs), ...kind.changing(inputs) });

const isRunning = (status: string): boolean => status.startsWith("running");

function running(api: Api, uuid: string, inputs: DatabaseInputs, { signal, status }: Call): Promise<true> {
  status("waiting until it is healthy");
  return until(
    async () => {
      const found = await api.call("GET /databases/{uuid}", { path: { uuid } }, shownDatabase);
      return isRunning(found.status) && !found.status.includes("unhealthy") ? true : undefined;
    },
    {
      what: `the database ${inputs.name} to be healthy`,
      everyMs: api.lookMs,
      seconds: inputs.readyWithinSeconds,
      signal,
    },
  );
}

/** Coolify deletes in the background; what holds a thing can be deleted only once it is gone. */
export const goneOf = (
  api: Api,
  what: string,
  signal: AbortSignal,
  look: () => Promise<unknown>,
): Promise<true> =>
  until(async () => ((await look()) === undefined ? true : undefined), {
    what: `${what} to be gone`,
    everyMs: api.lookMs,
    seconds: 600,
    signal,
  });
