import { type Answered, Refusal } from "../vendor.ts";
import type { Behaviour } from "./handlers.ts";
import type { Kind, State, Thing } from "./state.ts";

export const made = (thing: Thing): Answered => ({ status: 201, body: { uuid: thing.uuid } });
export const ok = (body: unknown): Answered => ({ status: 200, body });
export const said = (message: string): Answered => ok({ message });

export const invalid = (field: string, message: string): Refusal =>
  new Refusal(422, "Validation failed.", { [field]: [message] });

/** The thing of that uuid. @throws Refusal when there is none */
export function must(state: State, kind: Kind, uuid: unknown, status = 404): Thing {
  const found = typeof uuid === "string" ? state.get(kind, uuid) : undefined;
  if (found) return found;
  throw new Refusal(status, `${kind[0]?.toUpperCase()}${kind.slice(1)} not found.`);
}

/** Coolify's rules for names and descriptions (app/Support/ValidationPatterns.php, 4.3.11). */
const namePattern = /^[\p{L}\p{M}\p{N}\s\-_.@/&()#,:+]+$/u;
const descriptionPattern = /^[\p{L}\p{M}\p{N}\s\-_.,!?()'"+=*@/&]+$/u;
export function checkNames(body: Readonly<Record<string, unknown>>): void {
  const { name, description } = body;
  if (typeof name === "string" && (!namePattern.test(name) || name.length < 3)) {
    throw invalid("name", "The name contains characters that are not allowed.");
  }
  if (typeof description === "string" && !descriptionPattern.test(description)) {
    throw invalid("description", "The description contains characters that are not allowed.");
  }
}

/** Where a database or application is to be put. */
export function placeOf(state: State, body: Readonly<Record<string, unknown>>) {
  const project = must(state, "project", body.project_uuid);
  const environment = state
    .all("environment", { project: project.uuid })
    .find((one) => one.uuid === body.environment_uuid || one.fields.name === body.environment_name);
  if (!environment)
    throw new Refusal(422, "You need to provide a valid environment_name or environment_uuid.");
  const server = must(state, "server", body.server_uuid);
  const destinations = state.all("destination", { server: server.uuid });
  if (destinations.length > 1 && body.destination_uuid === undefined) {
    throw new Refusal(400, "Server has multiple destinations and you do not set destination_uuid.");
  }
  const destination =
    destinations.find(({ uuid }) => uuid === body.destination_uuid) ??
    (body.destination_uuid === undefined ? destinations[0] : undefined);
  if (!destination) throw invalid("destination_uuid", "It does not belong to the specified server.");
  return { environment: environment.uuid, server: server.uuid, destination: destination.uuid };
}

/** One look at a thing: what is under way comes one step nearer. Undefined once it is gone. */
export function looked(state: State, kind: Kind, uuid: string): Thing | undefined {
  const thing = state.get(kind, uuid);
  const pending = thing?.pending;
  if (!thing || !pending) return thing;
  if (pending.looks > 0) {
    pending.looks -= 1;
    return thing;
  }
  delete thing.pending;
  if (pending.to === "gone") {
    state.remove(kind, uuid);
    return undefined;
  }
  if (pending.to === "usable")
    thing.fields.settings = { ...settingsOf(thing), is_usable: true, is_reachable: true };
  else thing.fields.status = pending.to === "running" ? "running:healthy" : pending.to;
  return thing;
}

export const settingsOf = (thing: Thing): Record<string, unknown> =>
  (thing.fields.settings as Record<string, unknown> | undefined) ?? {}; // kept as an object always

/** Deletes in the background, as Coolify does. */
export function deleting(thing: Thing, { looks }: Behaviour): void {
  thing.pending = { to: "gone", looks };
}

/** What of a body is a field of the thing itself. */
export const without = (
  body: Readonly<Record<string, unknown>>,
  ...keys: readonly string[]
): Record<string, unknown> => Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
