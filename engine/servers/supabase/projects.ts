import { createHash } from "node:crypto";
import { type Handler, Refusal } from "../vendor.ts";
import { type Behaviour, busy, keyOf, looked, made, must, ok, working } from "./rules.ts";
import type { Project, State } from "./state.ts";

/** Projects themselves: made, shown, renamed, restored, deleted; their keys. */
export function projectHandlers(
  state: State,
  behaviour: Behaviour,
  forget: (ref: string) => void,
): Record<string, Handler> {
  return {
    "GET /v1/projects": () => ok(Object.values(state.projects).map(shown)),

    "POST /v1/projects": ({ body }) => {
      const organization = String(body.organization_slug);
      const plan = behaviour.organizations.get(organization);
      if (!plan) throw new Refusal(403, "You do not have access to this organization.");
      if (body.region !== undefined && body.region_selection !== undefined) {
        throw new Refusal(400, "Only one of region or region_selection can be specified.");
      }
      if (plan === "free" && body.desired_instance_size !== undefined) {
        throw new Refusal(402, "Instance sizes can be chosen on paid plans only.");
      }
      const own = Object.values(state.projects).filter((one) => one.organization === organization);
      if (own.some(({ name }) => name === body.name)) {
        throw new Refusal(400, "Project name already exists in your organization.");
      }
      if (plan === "free" && own.filter(({ status }) => status !== "INACTIVE").length >= 2) {
        throw new Refusal(400, "The organization has reached its limit of active free projects (2).");
      }
      const project = born(state, body, organization, plan === "pro");
      project.pending = {
        to: [...behaviour.sick].some((name) => project.name.startsWith(name))
          ? "INIT_FAILED"
          : "ACTIVE_HEALTHY",
        looks: behaviour.looks,
      };
      const { database: _, ...rest } = shown(project);
      return made(rest);
    },

    "GET /v1/projects/{ref}": ({ path }) => ok(shown(looked(must(state, path.ref)))),

    "PATCH /v1/projects/{ref}": ({ path, body }) => {
      const project = must(state, path.ref);
      project.name = String(body.name);
      return ok({ id: project.number, ref: project.ref, name: project.name });
    },

    "DELETE /v1/projects/{ref}": ({ path }) => {
      const project = must(state, path.ref);
      delete state.projects[project.ref];
      forget(project.ref);
      return ok({ id: project.number, ref: project.ref, name: project.name });
    },

    "POST /v1/projects/{ref}/restore": ({ path }) => {
      const project = must(state, path.ref);
      if (project.status !== "INACTIVE") throw new Refusal(400, "Only paused projects can be restored.");
      busy(project, "RESTORING", behaviour);
      return ok();
    },

    "PATCH /v1/projects/{ref}/database/password": ({ path, body }) => {
      working(state, path.ref).password = String(body.password);
      return ok({ message: "Successfully updated the password." });
    },

    "GET /v1/projects/{ref}/api-keys": ({ path, query }) => {
      const project = working(state, path.ref);
      const reveal = query.get("reveal") === "true";
      const key = (role: "anon" | "service_role") => ({
        name: role,
        id: role,
        type: "legacy",
        api_key: reveal ? keyOf(project, role) : `${keyOf(project, role).slice(0, 6)}******`,
      });
      const publishable = {
        name: "default",
        id: project.ref,
        type: "publishable",
        api_key: "sb_publishable_x",
      };
      return ok(project.legacyKeys ? [key("anon"), key("service_role"), publishable] : [publishable]);
    },

    "PUT /v1/projects/{ref}/api-keys/legacy": ({ path, query }) => {
      const project = working(state, path.ref);
      project.legacyKeys = query.get("enabled") === "true";
      return ok({ enabled: project.legacyKeys });
    },
  };
}

function born(
  state: State,
  body: Readonly<Record<string, unknown>>,
  organization: string,
  paid: boolean,
): Project {
  state.count += 1;
  const selection = body.region_selection as { code?: string } | undefined; // checked against the document
  const project: Project = {
    ref: refOf(`${organization}/${state.count}`),
    number: state.count,
    organization,
    region: String(selection?.code ?? body.region ?? "us-east-1"),
    createdAt: new Date(0).toISOString(),
    name: String(body.name),
    password: String(body.db_pass),
    status: "COMING_UP",
    addons: paid ? { compute_instance: "ci_micro" } : {},
    restrictions: { v4: [], v6: [], looks: 0, applied: false },
    ssl: false,
    legacyKeys: false,
    poolSize: null,
    auth: {
      site_url: "http://localhost:3000",
      uri_allow_list: "",
      disable_signup: false,
      external_email_enabled: true,
      external_anonymous_users_enabled: false,
      jwt_exp: 3600,
      password_min_length: 6,
      refresh_token_rotation_enabled: true,
    },
    storage: { fileSizeLimit: 52_428_800, s3: false },
    buckets: {},
    replicas: [],
  };
  state.projects[project.ref] = project;
  return project;
}

/** Twenty letters, as references are. */
const refOf = (seed: string): string =>
  [...createHash("sha256").update(seed).digest().subarray(0, 20)]
    .map((byte) => String.fromCharCode(97 + (byte % 26)))
    .join("");

const shown = (project: Project) => ({
  id: project.ref,
  ref: project.ref,
  organization_id: project.organization,
  organization_slug: project.organization,
  name: project.name,
  region: project.region,
  created_at: project.createdAt,
  status: project.status,
  database: {
    host: `db.${project.ref}.supabase.co`,
    version: "17.4.1.054",
    postgres_engine: "17",
    release_channel: "ga",
  },
});
