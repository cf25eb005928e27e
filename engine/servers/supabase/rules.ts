import { createHmac } from "node:crypto";
import type { Schema } from "../../../components/providers/kit/openapi/reduce.ts";
import { type Answered, Refusal } from "../vendor.ts";
import declared from "./openapi.json" with { type: "json" };
import type { Project, State } from "./state.ts";

/** What makes this Supabase behave as a test wants. */
export interface Behaviour {
  /** How often something under way is looked at before it is done. */
  looks: number;
  /** The plan of each organization that there is. */
  readonly organizations: Map<string, "free" | "pro">;
  /** Names of projects that never come up. */
  readonly sick: Set<string>;
  /** Regions whose replicas fail. */
  readonly sickRegions: Set<string>;
}

export const ok = (body?: unknown): Answered => ({ status: 200, body });
export const made = (body?: unknown): Answered => ({ status: 201, body });

/** The project of that reference. @throws Refusal when there is none */
export function must(state: State, ref: string | undefined): Project {
  const found = ref === undefined ? undefined : state.projects[ref];
  if (found) return found;
  throw new Refusal(404, "Project not found");
}

/** The same, when it can be changed. @throws Refusal while it comes up, is resized, is paused */
export function working(state: State, ref: string | undefined): Project {
  const found = must(state, ref);
  if (found.status === "ACTIVE_HEALTHY") return found;
  throw new Refusal(400, `Project is ${found.status}: try again when it is active.`);
}

/** One look at a project: what is under way comes one step nearer. */
export function looked(project: Project): Project {
  const { pending } = project;
  if (!pending) return project;
  if (pending.looks > 0) pending.looks -= 1;
  else {
    project.status = pending.to;
    delete project.pending;
  }
  return project;
}

/** Sends a project on its way back to work. */
export function busy(project: Project, status: string, { looks }: Behaviour): void {
  project.status = status;
  project.pending = { to: "ACTIVE_HEALTHY", looks };
}

/** The legacy keys of a project: tokens with a role, signed with a secret that follows from the project. */
export const keyOf = (project: Project, role: "anon" | "service_role"): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ iss: "supabase", ref: project.ref, role })}`;
  return `${text}.${createHmac("sha256", project.ref).update(text).digest("base64url")}`;
};

/** An answer with every field that the document requires, empty where nothing is known of it. */
export function filled(
  schemaName: string,
  known: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  // From JSON every `type` is a plain string.
  const schemas = declared.schemas as unknown as Readonly<Record<string, Schema>>;
  const { properties = {}, required = [] } = schemas[schemaName] ?? {};
  return {
    ...Object.fromEntries(required.map((key) => [key, emptyOf(properties[key] ?? {})])),
    ...Object.fromEntries(Object.entries(known).filter(([key]) => key in properties)),
  };
}

function emptyOf({ nullable, type, enum: values }: Schema): unknown {
  // The document forgets null among the values of what may be null.
  if (values) return values[0];
  if (nullable) return null;
  return { string: "", boolean: false, integer: 0, number: 0, array: [], object: {} }[type ?? ""] ?? null;
}
