import type { Reduced } from "../../../components/providers/kit/openapi/reduce.ts";
import { serveVendor, type VendorServer } from "../vendor.ts";
import { addonHandlers } from "./addons.ts";
import { backupHandlers } from "./backups.ts";
import { Databases, databaseHandlers } from "./database.ts";
import declared from "./openapi.json" with { type: "json" };
import { projectHandlers } from "./projects.ts";
import { type Behaviour, keyOf } from "./rules.ts";
import { settingsHandlers } from "./settings.ts";
import { State } from "./state.ts";
import { storageHandlers, storageOperations } from "./storage.ts";

// Written by components/providers/generate.ts; from JSON every `type` is a plain string.
const management = declared as unknown as Reduced;
const document: Reduced = { ...management, operations: { ...management.operations, ...storageOperations } };

/** A stand-in for Supabase: its management API, each project's storage API, and a real PostgreSQL a project. */
export interface SupabaseServer extends VendorServer {
  /** Where a project's own APIs are, with `{ref}` for its reference. */
  readonly projectUrl: string;
  readonly behaviour: Behaviour;
  readonly state: State;
  readonly databases: Databases;
  /** What it holds, e.g. `project pulse`. */
  holds(): string[];
}

/**
 * Starts one on 127.0.0.1. It takes what Supabase takes and refuses what it refuses: unknown fields, wrong tokens,
 * projects that are not up, add-ons that the plan or the machine does not carry.
 * @param options.file where it keeps what it holds; in memory without it
 * @param options.organizations the plan of each organization; one called `rehearsal` on a paid plan unless said
 */
export async function serveSupabase(
  options: { file?: string; token?: string; organizations?: Behaviour["organizations"] } = {},
): Promise<SupabaseServer> {
  const state = new State(options.file);
  const databases = new Databases();
  const behaviour: Behaviour = {
    looks: 1,
    organizations: options.organizations ?? new Map([["rehearsal", "pro"]]),
    sick: new Set(),
    sickRegions: new Set(),
  };
  const server = await serveVendor(
    {
      document,
      prefix: "",
      handlers: {
        ...projectHandlers(state, behaviour, (ref) => databases.forget(ref)),
        ...addonHandlers(state, behaviour),
        ...backupHandlers(state, behaviour),
        ...settingsHandlers(state, behaviour),
        ...databaseHandlers(state, databases),
        ...storageHandlers(state),
      },
      lets: (operation, path, { authorization, apikey }) => {
        if (!(operation in storageOperations)) return authorization === `Bearer ${server.token}`;
        const project = state.projects[path.ref ?? ""];
        const key = project && keyOf(project, "service_role");
        return key !== undefined && authorization === `Bearer ${key}` && apikey === key;
      },
      invalid: (problems) => ({ status: 400, body: { message: problems.join("; ") } }),
      onDone: () => state.save(),
    },
    options.token,
  );
  const { stop } = server;
  return Object.assign(server, {
    projectUrl: `${server.url}/{ref}`,
    behaviour,
    state,
    databases,
    holds: () => Object.values(state.projects).map(({ name }) => `project ${name}`),
    stop: async () => {
      await stop();
      await databases.close();
    },
  });
}
