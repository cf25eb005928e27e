import { createHash } from "node:crypto";
import { type Handler, Refusal } from "../vendor.ts";
import type { Behaviour } from "./handlers.ts";
import { checkNames, invalid, looked, made, must, ok, said, settingsOf, without } from "./rules.ts";
import type { State, Thing } from "./state.ts";

/** How Coolify calls the machine it runs on. */
export const itself = "host.docker.internal";

/** What every Coolify has after its first boot: its own server and key. */
export function firstBoot(state: State): void {
  if (state.all("server").length > 0) return;
  const key = state.add("key", { name: "localhost's key", private_key: "generated at first boot" });
  addServer(state, { name: "localhost", ip: itself, user: "root", port: 22 }, key, "traefik", true);
}

function addServer(
  state: State,
  fields: Record<string, unknown>,
  key: Thing,
  proxy: string,
  usable: boolean,
): Thing {
  const settings = {
    concurrent_builds: 2,
    is_usable: usable,
    is_reachable: usable,
    server_disk_usage_notification_threshold: 80,
  };
  const more = { proxy: { type: proxy.toUpperCase(), status: "exited" }, settings };
  const server = state.add("server", { ...fields, ...more }, { key: key.uuid });
  state.add("destination", { name: "coolify", network: "coolify" }, { server: server.uuid });
  return server;
}

/** Projects, environments, keys, servers, S3. */
export function platformHandlers(state: State, behaviour: Behaviour): Record<string, Handler> {
  const shown = (thing: Thing) => ({ ...thing.fields, uuid: thing.uuid });
  const shownKey = (thing: Thing) =>
    behaviour.readsSecrets ? shown(thing) : without(shown(thing), "private_key");
  /** Projects and servers that something lives in stay. */
  const inUse = (within: Readonly<Record<string, string>>): boolean =>
    state.all("database", within).length + state.all("application", within).length > 0;

  return {
    "GET /version": () => ok("4.3.11"),

    "GET /projects": () => ok(state.all("project").map(shown)),
    "POST /projects": ({ body }) => {
      checkNames(body);
      if (body.name === undefined) throw invalid("name", "The name field is required.");
      const project = state.add("project", { ...body });
      state.add("environment", { name: "production" }, { project: project.uuid });
      return made(project);
    },
    "GET /projects/{uuid}": ({ path }) => ok(shown(must(state, "project", path.uuid))),
    "PATCH /projects/{uuid}": ({ path, body }) => {
      checkNames(body);
      const project = must(state, "project", path.uuid);
      Object.assign(project.fields, body);
      return { status: 201, body: { uuid: project.uuid } };
    },
    "DELETE /projects/{uuid}": ({ path }) => {
      const project = must(state, "project", path.uuid);
      const environments = state.all("environment", { project: project.uuid });
      if (environments.some(({ uuid }) => inUse({ environment: uuid }))) {
        throw new Refusal(400, "Project has resources, so it cannot be deleted.");
      }
      state.remove("project", project.uuid);
      return said("Project deleted.");
    },

    "GET /projects/{uuid}/environments": ({ path }) => {
      const project = must(state, "project", path.uuid);
      return ok(state.all("environment", { project: project.uuid }).map(shown));
    },
    "POST /projects/{uuid}/environments": ({ path, body }) => {
      const project = must(state, "project", path.uuid);
      const named = state.all("environment", { project: project.uuid });
      if (named.some(({ fields }) => fields.name === body.name)) {
        throw new Refusal(409, "Environment with this name already exists.");
      }
      return made(state.add("environment", { name: body.name }, { project: project.uuid }));
    },
    "PATCH /projects/{uuid}/environments/{environment_name_or_uuid}": ({ path, body }) => {
      const environment = must(state, "environment", path.environment_name_or_uuid);
      Object.assign(environment.fields, body);
      return ok({ uuid: environment.uuid });
    },
    "DELETE /projects/{uuid}/environments/{environment_name_or_uuid}": ({ path }) => {
      const environment = must(state, "environment", path.environment_name_or_uuid);
      if (inUse({ environment: environment.uuid })) {
        throw new Refusal(400, "Environment has resources, so it cannot be deleted.");
      }
      state.remove("environment", environment.uuid);
      return said("Environment deleted.");
    },

    "GET /security/keys": () => ok(state.all("key").map(shownKey)),
    "POST /security/keys": ({ body }) => {
      checkNames(body);
      const text = String(body.private_key).trim();
      if (!text.includes("PRIVATE KEY")) throw invalid("private_key", "Invalid private key.");
      const fingerprint = createHash("sha256").update(text).digest("hex");
      if (state.all("key").some(({ fields }) => fields.fingerprint === fingerprint)) {
        throw new Refusal(422, "Private key already exists.");
      }
      return made(state.add("key", { ...body, private_key: text, fingerprint }));
    },
    "GET /security/keys/{uuid}": ({ path }) => ok(shownKey(must(state, "key", path.uuid))),
    "DELETE /security/keys/{uuid}": ({ path }) => {
      const key = must(state, "key", path.uuid);
      if (state.all("server", { key: key.uuid }).length > 0) {
        throw new Refusal(422, "Private Key is in use and cannot be deleted.");
      }
      state.remove("key", key.uuid);
      return said("Private Key deleted.");
    },

    "GET /servers": () => ok(state.all("server").map(shown)),
    "POST /servers": ({ body }) => {
      checkNames(body);
      const key = must(state, "key", body.private_key_uuid);
      if (state.all("server").some(({ fields }) => fields.ip === body.ip)) {
        throw new Refusal(400, "A server with this IP/Domain is already in use.");
      }
      const fields = {
        user: "root",
        port: 22,
        ...without(body, "private_key_uuid", "proxy_type", "instant_validate"),
      };
      return made(addServer(state, fields, key, String(body.proxy_type ?? "traefik"), false));
    },
    "GET /servers/{uuid}": ({ path }) => {
      must(state, "server", path.uuid);
      const server = looked(state, "server", path.uuid ?? "");
      return ok(server && shown(server));
    },
    "PATCH /servers/{uuid}": ({ path, body }) => {
      checkNames(body);
      const server = must(state, "server", path.uuid);
      if (body.private_key_uuid !== undefined) must(state, "key", body.private_key_uuid);
      const ofSettings = ["concurrent_builds", "server_disk_usage_notification_threshold"];
      const settings = Object.fromEntries(Object.entries(body).filter(([key]) => ofSettings.includes(key)));
      Object.assign(server.fields, without(body, ...ofSettings, "private_key_uuid", "proxy_type"));
      server.fields.settings = { ...settingsOf(server), ...settings };
      if (body.proxy_type) server.fields.proxy = { type: String(body.proxy_type).toUpperCase() };
      return { status: 201, body: shown(server) };
    },
    "DELETE /servers/{uuid}": ({ path }) => {
      const server = must(state, "server", path.uuid);
      if (inUse({ server: server.uuid })) {
        throw new Refusal(
          400,
          "Server has resources. Use ?force=true to delete all resources and the server.",
        );
      }
      if (server.fields.ip === itself) throw new Refusal(400, "Local server cannot be deleted.");
      state.remove("server", server.uuid);
      return said("Server deleted.");
    },
    "POST /servers/{uuid}/validate": ({ path }) => {
      const server = must(state, "server", path.uuid);
      if (!behaviour.unreachable.has(String(server.fields.ip)) && !settingsOf(server).is_usable) {
        server.pending = { to: "usable", looks: behaviour.looks };
      }
      return { status: 201, body: { message: "Validation started." } };
    },
    "GET /servers/{server_uuid}/destinations": ({ path }) => {
      const server = must(state, "server", path.server_uuid);
      const all = state.all("destination", { server: server.uuid });
      return ok(all.map((one) => without({ ...shown(one), server_uuid: server.uuid }, "id")));
    },

    "GET /s3-storages": () => ok(state.all("s3").map((one) => without(shown(one), "key", "secret"))),
    "POST /s3-storages": ({ body }) => {
      checkNames(body);
      return made(state.add("s3", { is_usable: false, ...body }));
    },
    "GET /s3-storages/{uuid}": ({ path }) => {
      const found = must(state, "s3", path.uuid);
      return ok(without(shown(found), "key", "secret"));
    },
    "PATCH /s3-storages/{uuid}": ({ path, body }) => {
      checkNames(body);
      const s3 = must(state, "s3", path.uuid);
      Object.assign(s3.fields, body);
      return ok({ uuid: s3.uuid });
    },
    "DELETE /s3-storages/{uuid}": ({ path }) => {
      state.remove("s3", must(state, "s3", path.uuid).uuid);
      return said("S3 storage deleted.");
    },
  };
}
