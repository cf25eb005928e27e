import { type Handler, Refusal } from "../vendor.ts";
import type { Behaviour } from "./handlers.ts";
import {
  checkNames,
  deleting,
  invalid,
  looked,
  made,
  must,
  ok,
  placeOf,
  said,
  settingsOf,
  without,
} from "./rules.ts";
import type { State, Thing } from "./state.ts";

const placing = [
  "project_uuid",
  "server_uuid",
  "environment_name",
  "environment_uuid",
  "destination_uuid",
  "instant_deploy",
  "autogenerate_domain",
  "force_domain_override",
];
/** Fields that Coolify keeps among an application's settings. */
const ofSettings = [
  "is_force_https_enabled",
  "is_preview_deployments_enabled",
  "connect_to_docker_network",
  "stop_grace_period",
  "docker_images_to_keep",
];

/** Applications, their variables, tasks, further servers and deployments. */
export function applicationHandlers(state: State, behaviour: Behaviour): Record<string, Handler> {
  const shown = (thing: Thing) => without({ ...thing.fields, uuid: thing.uuid }, "id", "further");
  const furtherOf = (application: Thing): string[] =>
    (application.fields.further as string[] | undefined) ?? [];

  return {
    "GET /applications": () => ok(state.all("application").map(shown)),
    "POST /applications/dockerimage": ({ body }) => {
      checkNames(body);
      const place = placeOf(state, body);
      const whole = `${String(body.docker_registry_image_name)}${body.docker_registry_image_tag ? `:${String(body.docker_registry_image_tag)}` : ""}`;
      const fields = { ...fieldsOf(state, body), ...split(whole) };
      const application = state.add(
        "application",
        { build_pack: "dockerimage", status: "exited", ...fields },
        place,
      );
      return made(application);
    },
    "GET /applications/{uuid}": ({ path }) => {
      must(state, "application", path.uuid);
      const application = looked(state, "application", path.uuid ?? "");
      if (!application) throw new Refusal(404, "Application not found.");
      return ok(shown(application));
    },
    "PATCH /applications/{uuid}": ({ path, body }) => {
      checkNames(body);
      const application = must(state, "application", path.uuid);
      const { docker_registry_image_name: name, docker_registry_image_tag: tag } = body;
      // Coolify splits a whole reference at creation alone.
      if (name !== undefined && !imageName.test(String(name))) {
        throw invalid("docker_registry_image_name", "The format is invalid.");
      }
      if (tag !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(String(tag))) {
        throw invalid("docker_registry_image_tag", "The format is invalid.");
      }
      const { settings, ...fields } = fieldsOf(state, body, application.uuid);
      const before = settingsOf(application);
      Object.assign(application.fields, fields, { settings: { ...before, ...(settings as object) } });
      return ok({ uuid: application.uuid });
    },
    "DELETE /applications/{uuid}": ({ path }) => {
      deleting(must(state, "application", path.uuid), behaviour);
      return said("Application deletion request queued.");
    },
    "GET /applications/{uuid}/logs": ({ path, query }) => {
      const application = must(state, "application", path.uuid);
      const sick = behaviour.sickImages.has(imageOf(application));
      const lines = sick ? ["starting", "cannot read DATABASE_URL"] : behaviour.said;
      const stamp = query.get("show_timestamps") === "true" ? "2026-01-01T00:00:00.000000000Z " : "";
      const asked = lines.slice(-Number(query.get("lines") ?? 100));
      return ok({ logs: asked.map((line) => `${stamp}${line}\n`).join("") });
    },

    "GET /applications/{uuid}/destinations": ({ path }) => {
      const application = must(state, "application", path.uuid);
      const row = (uuid: string, is_primary: boolean) => ({
        uuid,
        name: "coolify",
        server_uuid: state.get("destination", uuid)?.in.server,
        is_primary,
      });
      const primary = row(application.in.destination ?? "", true);
      return ok([primary, ...furtherOf(application).map((uuid) => row(uuid, false))]);
    },
    "POST /applications/{uuid}/destinations": ({ path, body }) => {
      const application = must(state, "application", path.uuid);
      const { uuid } = must(state, "destination", body.destination_uuid);
      if (uuid === application.in.destination || furtherOf(application).includes(uuid)) {
        throw new Refusal(409, "Destination is already attached.");
      }
      application.fields.further = [...furtherOf(application), uuid];
      return { status: 201, body: { message: "Destination added." } };
    },
    "DELETE /applications/{uuid}/destinations/{destination_uuid}": ({ path }) => {
      const application = must(state, "application", path.uuid);
      application.fields.further = furtherOf(application).filter((one) => one !== path.destination_uuid);
      return said("Destination removed.");
    },

    "GET /applications/{uuid}/envs": ({ path }) => {
      const application = must(state, "application", path.uuid);
      const all = state.all("variable", { application: application.uuid }).map(shown);
      return ok(behaviour.readsSecrets ? all : all.map((one) => without(one, "value")));
    },
    "PATCH /applications/{uuid}/envs/bulk": ({ path, body }) => {
      const application = must(state, "application", path.uuid);
      const items = body.data as Record<string, unknown>[]; // an array of objects, by the document
      if (items.length === 0) throw new Refusal(400, "Bulk data is required.");
      const done = items.map((item) => {
        if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(String(item.key)))
          throw invalid("key", "The format is invalid.");
        const there = state
          .all("variable", { application: application.uuid })
          .find(({ fields }) => fields.key === item.key && fields.is_preview === (item.is_preview ?? false));
        if (there) Object.assign(there.fields, item);
        return (
          there ?? state.add("variable", { is_preview: false, ...item }, { application: application.uuid })
        );
      });
      return { status: 201, body: done.map(shown) };
    },
    "DELETE /applications/{uuid}/envs/{env_uuid}": ({ path }) => {
      state.remove("variable", must(state, "variable", path.env_uuid).uuid);
      return said("Environment variable deleted.");
    },

    "GET /applications/{uuid}/scheduled-tasks": ({ path }) => {
      const application = must(state, "application", path.uuid);
      return ok(state.all("task", { application: application.uuid }).map(shown));
    },
    "POST /applications/{uuid}/scheduled-tasks": ({ path, body }) => {
      const application = must(state, "application", path.uuid);
      checkCron(body.frequency);
      const task = state.add(
        "task",
        { timeout: 300, enabled: true, ...body },
        { application: application.uuid },
      );
      return { status: 201, body: shown(task) };
    },
    "PATCH /applications/{uuid}/scheduled-tasks/{task_uuid}": ({ path, body }) => {
      const task = must(state, "task", path.task_uuid);
      if (body.frequency !== undefined) checkCron(body.frequency);
      Object.assign(task.fields, body);
      return ok(shown(task));
    },
    "DELETE /applications/{uuid}/scheduled-tasks/{task_uuid}": ({ path }) => {
      state.remove("task", must(state, "task", path.task_uuid).uuid);
      return said("Scheduled task deleted.");
    },

    "POST /deploy": ({ query }) => {
      const application = state.get("application", query.get("uuid") ?? "");
      if (!application) throw new Refusal(404, "No resources found.");
      const deployment = state.add(
        "deployment",
        {
          application_name: application.fields.name,
          status: "in_progress",
          logs: logOf("Pulling the image."),
        },
        { application: application.uuid },
      );
      const sick = behaviour.sickImages.has(imageOf(application));
      if (sick) deployment.fields.logs = logOf("Pulling the image.", "The new container is not healthy.");
      else
        Object.assign(application.fields, {
          serving: imageOf(application),
          status: behaviour.dies ? "exited:unhealthy" : "running:healthy",
        });
      deployment.pending = { to: sick ? "failed" : "finished", looks: behaviour.looks };
      const one = {
        message: `Application ${String(application.fields.name)} deployment queued.`,
        resource_uuid: application.uuid,
        deployment_uuid: deployment.uuid,
      };
      return ok({ deployments: [one] });
    },
    "GET /deployments/{uuid}": ({ path }) => {
      must(state, "deployment", path.uuid);
      const deployment = looked(state, "deployment", path.uuid ?? "");
      return ok({ ...deployment?.fields, deployment_uuid: path.uuid });
    },
  };
}

const logOf = (...lines: readonly string[]): string =>
  JSON.stringify(lines.map((output) => ({ output, type: "stdout", hidden: false })));

/** Coolify's pattern of a name without tag (app/Support/ValidationPatterns.php, 4.3.11), shortened to what is ours. */
const imageName = /^[a-z0-9][a-z0-9._:/-]*(@sha256)?$/;

function split(whole: string): Record<string, unknown> {
  const digest = /^(.+)@sha256:([a-f0-9]{64})$/.exec(whole);
  if (digest)
    return { docker_registry_image_name: `${digest[1]}@sha256`, docker_registry_image_tag: digest[2] };
  const tagged = /^(.+):([\w][\w.-]{0,127})$/.exec(whole);
  return {
    docker_registry_image_name: tagged?.[1] ?? whole,
    docker_registry_image_tag: tagged?.[2] ?? "latest",
  };
}

export const imageOf = ({ fields }: Thing): string =>
  `${String(fields.docker_registry_image_name)}:${String(fields.docker_registry_image_tag)}`;

function fieldsOf(
  state: State,
  body: Readonly<Record<string, unknown>>,
  own?: string,
): Record<string, unknown> {
  const { domains, ...rest } = without(body, ...placing, ...ofSettings);
  const patterns: readonly (readonly [string, RegExp])[] = [
    ["ports_exposes", /^\d+(,\d+)*$/],
    ["health_check_path", /^[a-zA-Z0-9/\-_.~%,;]+$/],
    ["limits_memory", /^\d+[bkmg]?$/],
    ["limits_cpus", /^\d+(\.\d+)?$/],
  ];
  for (const [key, pattern] of patterns) {
    if (rest[key] !== undefined && !pattern.test(String(rest[key])))
      throw invalid(key, "The format is invalid.");
  }
  const grace = body.stop_grace_period;
  if (typeof grace === "number" && (grace < 1 || grace > 3600)) {
    throw invalid("stop_grace_period", "It must be between 1 and 3600.");
  }
  const wanted = String(domains ?? "")
    .split(",")
    .filter(Boolean);
  const clash = state.all("application").some(
    ({ uuid, fields }) =>
      uuid !== own &&
      String(fields.fqdn ?? "")
        .split(",")
        .some((one) => wanted.includes(one)),
  );
  if (clash) throw new Refusal(409, "Domain conflicts detected.");
  const settings = Object.fromEntries(Object.entries(body).filter(([key]) => ofSettings.includes(key)));
  return { ...rest, ...(domains !== undefined && { fqdn: domains }), settings };
}

function checkCron(frequency: unknown): void {
  if (!/^(\S+\s+){4}\S+$/.test(String(frequency)))
    throw invalid("frequency", "Invalid cron expression or frequency format.");
}
