import { z } from "zod";
import type { Call } from "../../../../engine/providers/provider.ts";
import type { Resource } from "../../kit/resource.ts";
import { until } from "../../kit/wait.ts";
import { type Api, Unanswered } from "./api.ts";

export const deploymentInputs = z.strictObject({
  applicationUuid: z.string().min(1),
  /** What the deployment brings into force: any change deploys anew. */
  triggers: z.array(z.string()),
  /** How long until the new containers are healthy. */
  withinSeconds: z.int().min(1).default(900),
});
export type DeploymentInputs = z.output<typeof deploymentInputs>;

const queued = z.looseObject({
  deployments: z
    .array(z.looseObject({ deployment_uuid: z.string().nullish(), message: z.string().nullish() }))
    .nullish(),
});
const shown = z.looseObject({ status: z.string(), logs: z.string().nullish() });
const log = z.array(z.looseObject({ output: z.string().nullish(), hidden: z.boolean().nullish() }));

/**
 * One deployment of an application, until its containers are healthy. Coolify starts new ones before it stops the old;
 * where a new one never gets healthy the old serve on, and this fails with the last lines of what was said.
 */
export const deployment: Resource<Api, DeploymentInputs, object> = {
  token: "coolify:index:Deployment",
  inputs: deploymentInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["applicationUuid", "triggers"],

  async create(api, inputs, call) {
    const id = await queue(api, inputs.applicationUuid);
    await finished(api, id, inputs, call);
    return { id, outputs: {} };
  },

  async read(api, id, before) {
    const found = await api.find("GET /deployments/{uuid}", { path: { uuid: id } }, shown);
    // Coolify forgets old deployments; what one brought into force is the application's to say.
    if (!before) throw new Error("a deployment cannot be imported: it is made anew");
    return found?.status === "failed" ? undefined : { inputs: before, outputs: {} };
  },

  update: async () => ({}),

  // What it brought into force is the application's.
  delete: async () => {},
};

/** Asked twice, Coolify deploys twice, which harms nobody: the second brings the same into force. */
async function queue(api: Api, uuid: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { deployments } = await api.call("POST /deploy", { query: { uuid } }, queued);
      const first = deployments?.[0];
      if (first?.deployment_uuid) return first.deployment_uuid;
      throw new Error(`Coolify did not deploy: ${first?.message ?? "it knows no such application"}`);
    } catch (error) {
      if (!(error instanceof Unanswered) || attempt === 3) throw error;
    }
  }
}

const ended = new Set(["finished", "failed", "cancelled-by-user"]);

async function finished(
  api: Api,
  uuid: string,
  { applicationUuid, withinSeconds }: DeploymentInputs,
  { signal, status }: Call,
): Promise<void> {
  const path = { uuid };
  const end = await until(
    async () => {
      const found = await api.call("GET /deployments/{uuid}", { path }, shown);
      status(`deployment ${found.status.replaceAll("_", " ")}`);
      return ended.has(found.status) ? found : undefined;
    },
    { what: "the new containers to be healthy", everyMs: api.lookMs, seconds: withinSeconds, signal },
  );
  if (end.status === "finished") return;
  const said = [...linesOf(end.logs), ...(await containerLines(api, applicationUuid))];
  const why = end.status === "failed" ? "failed" : "was cancelled";
  throw new Error([`the deployment ${why}; what served before serves on`, ...said].join("\n  "));
}

/** The last lines of a deployment's log, which is JSON in a text. */
function linesOf(logs: string | null | undefined): string[] {
  if (!logs) return [];
  try {
    const lines = log.parse(JSON.parse(logs)).filter(({ hidden }) => !hidden);
    return lines.flatMap(({ output }) => (output ? output.trim().split("\n") : [])).slice(-15);
  } catch {
    return logs.trim().split("\n").slice(-15);
  }
}

async function containerLines(api: Api, uuid: string): Promise<string[]> {
  const answer = z.looseObject({ logs: z.string().nullish() });
  try {
    const request = { path: { uuid }, query: { lines: 10 } };
    const found = await api.call("GET /applications/{uuid}/logs", request, answer);
    return found.logs ? ["the container's last lines:", ...found.logs.trim().split("\n").slice(-10)] : [];
  } catch {
    return []; // no container to ask
  }
}
