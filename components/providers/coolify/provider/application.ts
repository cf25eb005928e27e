import { z } from "zod";
import { madeOnce, markOf } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, created, marked, ownedIn } from "./api.ts";
import { goneOf } from "./database.ts";
import { memoryOf } from "./limits.ts";

export const applicationInputs = z.strictObject({
  name: z.string().min(3).max(255),
  /** Where it lives. A change of any of these replaces it. */
  serverUuid: z.string().min(1),
  destinationUuid: z.string().min(1),
  projectUuid: z.string().min(1),
  environmentName: z.string().min(1),
  environmentUuid: z.string().min(1),
  /** Docker networks of further servers that run it, too. Changes in place, with the next deployment. */
  furtherDestinationUuids: z.array(z.string().min(1)).default([]),
  /** By digest: `name@sha256:...`. Like all below it is in force from the next `Deployment` on. */
  image: z.string().regex(/^[\w./:-]+@sha256:[0-9a-f]{64}$/, "an image by digest: name@sha256:..."),
  /** Where it listens. */
  port: z.int().min(1).max(65535),
  /** With scheme, e.g. `https://app.example.com`. */
  domains: z.array(z.url()).default([]),
  memoryMb: z.int().min(32),
  cpus: z.number().positive(),
  healthPath: z.string().regex(/^\/[A-Za-z0-9/_.~%,;-]*$/, 'a path that starts with "/"'),
  /** Asks for health inside the container instead, for images without curl and wget. */
  healthCommand: z
    .string()
    .regex(/^[a-zA-Z0-9 \-_./:=@,+]{1,1000}$/)
    .optional(),
  healthIntervalSeconds: z.int().min(1).default(10),
  healthRetries: z.int().min(1).default(6),
  /** How long it may serve on after it was told to stop. */
  stopSeconds: z.int().min(1).max(3600).default(30),
  /** Runs in the new container once it is healthy. Always secret. */
  postDeploymentCommand: z.string().optional(),
  /** Of `docker run`, e.g. `--read-only --cap-drop=ALL`. */
  dockerOptions: z.string().optional(),
  /** Whether a pull request gets a deployment of its own. */
  previews: z.boolean().default(false),
  /** The address of a preview, e.g. `{{pr_id}}.{{domain}}`. */
  previewUrlTemplate: z.string().default("{{pr_id}}.{{domain}}"),
  /** How many earlier images stay on the server, to go back to. */
  imagesKept: z.int().min(0).max(100).default(3),
});
export type ApplicationInputs = z.output<typeof applicationInputs>;

const shown = z.looseObject({
  name: z.string(),
  fqdn: z.string().nullish(),
  docker_registry_image_name: z.string().nullish(),
  docker_registry_image_tag: z.string().nullish(),
  ports_exposes: z.string().nullish(),
  limits_memory: z.string().nullish(),
  limits_cpus: z.coerce.string().nullish(),
  health_check_path: z.string().nullish(),
  health_check_interval: z.coerce.number().nullish(),
  health_check_retries: z.coerce.number().nullish(),
  health_check_type: z.string().nullish(),
  health_check_command: z.string().nullish(),
  post_deployment_command: z.string().nullish(),
  custom_docker_run_options: z.string().nullish(),
  preview_url_template: z.string().nullish(),
  settings: z
    .looseObject({
      is_preview_deployments_enabled: z.boolean().nullish(),
      stop_grace_period: z.coerce.number().nullish(),
      docker_images_to_keep: z.coerce.number().nullish(),
    })
    .nullish(),
});
const destinations = z.array(z.looseObject({ uuid: z.string(), is_primary: z.boolean() }));

/** An app from an image. It runs once it has a `Deployment`. */
export const application: Resource<Api, ApplicationInputs, object> = {
  token: "coolify:index:Application",
  inputs: applicationInputs,
  outputs: [],
  secrets: ["postDeploymentCommand"],
  replacedBy: ["serverUuid", "destinationUuid", "projectUuid", "environmentName", "environmentUuid"],

  async create(api, inputs, { urn }) {
    const description = markOf(urn);
    const { id, found } = await madeOnce(
      async () => ownedIn(await api.call("GET /applications", {}, marked), description),
      async () => {
        const body = {
          project_uuid: inputs.projectUuid,
          server_uuid: inputs.serverUuid,
          destination_uuid: inputs.destinationUuid,
          environment_name: inputs.environmentName,
          environment_uuid: inputs.environmentUuid,
          description,
          ...settingsOf(inputs),
          // Made from the whole reference, changed by its two halves: Coolify splits it at creation alone.
          docker_registry_image_name: inputs.image,
          instant_deploy: false,
          autogenerate_domain: false,
        };
        return (await api.call("POST /applications/dockerimage", { body }, created)).uuid;
      },
    );
    // A command for health is taken by a change alone.
    if (found || inputs.healthCommand !== undefined) await change(api, id, inputs);
    await spread(api, id, inputs.furtherDestinationUuids);
    return { id, outputs: {} };
  },

  async read(api, id, before) {
    const path = { uuid: id };
    const found = await api.find("GET /applications/{uuid}", { path }, shown);
    if (!found) return undefined;
    const all = await api.call("GET /applications/{uuid}/destinations", { path }, destinations);
    const { settings } = found;
    const inputs: ApplicationInputs = {
      name: found.name,
      serverUuid: before?.serverUuid ?? "",
      destinationUuid: all.find(({ is_primary }) => is_primary)?.uuid ?? before?.destinationUuid ?? "",
      projectUuid: before?.projectUuid ?? "",
      environmentName: before?.environmentName ?? "",
      environmentUuid: before?.environmentUuid ?? "",
      furtherDestinationUuids: inOrderOf(
        before?.furtherDestinationUuids,
        all.filter(({ is_primary }) => !is_primary).map(({ uuid }) => uuid),
      ),
      image: `${found.docker_registry_image_name ?? ""}:${found.docker_registry_image_tag ?? ""}`,
      port: Number(found.ports_exposes ?? 0),
      domains: found.fqdn ? found.fqdn.split(",") : [],
      memoryMb: memoryOf(found.limits_memory),
      cpus: Number(found.limits_cpus ?? 0),
      healthPath: found.health_check_path ?? "",
      ...(found.health_check_type === "cmd" && found.health_check_command
        ? { healthCommand: found.health_check_command }
        : {}),
      healthIntervalSeconds: found.health_check_interval ?? 0,
      healthRetries: found.health_check_retries ?? 0,
      stopSeconds: settings?.stop_grace_period ?? before?.stopSeconds ?? 30,
      ...(found.post_deployment_command ? { postDeploymentCommand: found.post_deployment_command } : {}),
      ...(found.custom_docker_run_options ? { dockerOptions: found.custom_docker_run_options } : {}),
      previews: settings?.is_preview_deployments_enabled ?? before?.previews ?? false,
      previewUrlTemplate: found.preview_url_template ?? "{{pr_id}}.{{domain}}",
      imagesKept: settings?.docker_images_to_keep ?? before?.imagesKept ?? 3,
    };
    return { inputs, outputs: {} };
  },

  async update(api, id, inputs) {
    await change(api, id, inputs);
    await spread(api, id, inputs.furtherDestinationUuids);
    return {};
  },

  async delete(api, id, _inputs, { signal }) {
    const path = { uuid: id };
    await api.remove("DELETE /applications/{uuid}", { path });
    await goneOf(api, `the application ${id}`, signal, () =>
      api.find("GET /applications/{uuid}", { path }, anything),
    );
  },
};

const settingsOf = (inputs: ApplicationInputs) => ({
  name: inputs.name,
  ports_exposes: String(inputs.port),
  domains: inputs.domains.join(","),
  limits_memory: `${inputs.memoryMb}m`,
  limits_memory_swap: `${inputs.memoryMb}m`,
  limits_cpus: String(inputs.cpus),
  health_check_enabled: true,
  health_check_path: inputs.healthPath,
  health_check_port: String(inputs.port),
  health_check_interval: inputs.healthIntervalSeconds,
  health_check_retries: inputs.healthRetries,
  post_deployment_command: inputs.postDeploymentCommand ?? "",
  custom_docker_run_options: inputs.dockerOptions ?? "",
  is_preview_deployments_enabled: inputs.previews,
  preview_url_template: inputs.previewUrlTemplate,
  stop_grace_period: inputs.stopSeconds,
  docker_images_to_keep: inputs.imagesKept,
  is_force_https_enabled: true,
  connect_to_docker_network: true,
});

async function change(api: Api, uuid: string, inputs: ApplicationInputs): Promise<void> {
  const [name = "", tag = ""] = inputs.image.split("@sha256:");
  const body = {
    ...settingsOf(inputs),
    docker_registry_image_name: `${name}@sha256`,
    docker_registry_image_tag: tag,
    health_check_type: inputs.healthCommand === undefined ? ("http" as const) : ("cmd" as const),
    health_check_command: inputs.healthCommand ?? null,
  };
  await api.call("PATCH /applications/{uuid}", { path: { uuid }, body }, anything);
}

/** Makes the further servers of an application those that are wanted. */
async function spread(api: Api, uuid: string, wanted: readonly string[]): Promise<void> {
  const path = { uuid };
  const all = await api.call("GET /applications/{uuid}/destinations", { path }, destinations);
  const there = all.filter(({ is_primary }) => !is_primary).map((one) => one.uuid);
  for (const destination_uuid of wanted.filter((one) => !there.includes(one))) {
    const body = { destination_uuid };
    await api.call("POST /applications/{uuid}/destinations", { path, body }, anything);
  }
  for (const destination_uuid of there.filter((one) => !wanted.includes(one))) {
    await api.remove("DELETE /applications/{uuid}/destinations/{destination_uuid}", {
      path: { uuid, destination_uuid },
    });
  }
}

/** The same members in the order in which they were asked for: Coolify keeps them as a set. */
const inOrderOf = (asked: readonly string[] | undefined, found: readonly string[]): string[] => [
  ...(asked ?? []).filter((one) => found.includes(one)),
  ...found.filter((one) => !asked?.includes(one)),
];
