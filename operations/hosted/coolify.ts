import { z } from "zod";
import { failure } from "../../components/model/diagnostics.ts";
import { Api } from "../../components/providers/coolify/provider/api.ts";
import { Refused } from "../../components/providers/kit/http.ts";
import { until } from "../../components/providers/kit/wait.ts";
import { stackOutputs } from "../../engine/pulumi.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import type { Health, LogLine } from "../stage.ts";
import { cannotAsk } from "./aws.ts";
import type { Asked, At, Platform } from "./platform.ts";
import { poll } from "./poll.ts";

type Coolify = At<"coolify">;

const shownDeployment = z.looseObject({ status: z.string() });
const shownApplication = z.looseObject({ name: z.string(), status: z.string().nullish() });
const shownLogs = z.looseObject({ logs: z.string().nullish() });

/**
 * Coolify, by its API. Its own deployment fails where new containers do not get healthy, and the engine with it; what
 * is asked here is whether they are so still.
 */
export const coolify: Platform<"coolify"> = {
  failed: (rollout, asked) =>
    withCoolify(asked.stack, async (api) => {
      const path = { uuid: rollout.deployment };
      const deployment = await api.find("GET /deployments/{uuid}", { path }, shownDeployment);
      const state = await settled(api, rollout, asked);
      // Coolify forgets old deployments: what runs then says it all.
      const ended = deployment === undefined || deployment.status === "finished";
      if (ended && healthOf(state) === "healthy") return undefined;
      return {
        what: ended
          ? `Coolify brought the release out, and its containers are ${state.replace(":", ", ")}`
          : `Coolify did not bring the release out: its deployment ${deployment.status.replaceAll("-", " ")}`,
        mend: "mend what the lines say, then rung up again; rung rollback puts the image before back",
        lines: await linesOf(api, rollout, 20),
        differ: [],
        brings: ["coolify:index:Deployment::app"],
      };
    }),

  health: (rollout, asked) =>
    withCoolify(asked.stack, async (api) => {
      const { name, status } = await shown(api, rollout);
      return [{ name, health: healthOf(status ?? "") }];
    }),

  logs: (rollout, { follow, lines, signal }, take, asked) =>
    withCoolify(asked.stack, async (api) => {
      const name = (await shown(api, rollout)).name;
      const look = async (count: number) => (await stamped(api, rollout, count)).map(lineOf(name));
      await poll(look, { follow, lines, signal, everyMs: asked.everyMs }, take);
    }),
};

/** Where Coolify is and its token: the stack's own outputs, or the environment, which the provider reads too. */
export async function withCoolify<T>(stack: string, work: (api: Api) => Promise<T>): Promise<T> {
  const told = { ...(await outputsUnless(process.env, stack)), ...process.env };
  const { COOLIFY_API_URL: url, COOLIFY_API_TOKEN: token, COOLIFY_API_CA: certificateAuthority } = told;
  if (!url || !token) {
    throw failure(
      "neither the stack's outputs nor the environment say where Coolify is",
      "rung up, or set COOLIFY_API_URL and COOLIFY_API_TOKEN",
      "Coolify",
    );
  }
  const api = new Api({
    baseUrl: `${url.replace(/\/$/, "")}/api/v1`,
    token,
    ...(certificateAuthority && url.startsWith("https:") && { certificateAuthority }),
  });
  try {
    return await work(api);
  } catch (error) {
    throw cannotAsk("Coolify", error);
  } finally {
    api.close();
  }
}

/** To show a stack's secrets starts the engine: only where the environment does not say it all. */
async function outputsUnless(env: NodeJS.ProcessEnv, stack: string): Promise<Record<string, string>> {
  if (env.COOLIFY_API_URL && env.COOLIFY_API_TOKEN) return {};
  const outputs = await stackOutputs(await ensureToolchain(), stack, "show");
  return (outputs?.secrets ?? {}) as Record<string, string>;
}

const shown = (api: Api, { application }: Coolify) =>
  api.call("GET /applications/{uuid}", { path: { uuid: application } }, shownApplication);

/** Coolify notices a moment later how its containers are. */
async function settled(api: Api, rollout: Coolify, { everyMs }: Asked): Promise<string> {
  let last = "";
  const look = async () => {
    last = (await shown(api, rollout)).status ?? "";
    return healthOf(last) === "healthy" ? last : undefined;
  };
  return until(look, { what: "Coolify", everyMs, seconds: (everyMs * 6) / 1000 }).catch((error) => {
    if (last === "") throw error;
    return last;
  });
}

/** `running:healthy`, `exited:unhealthy`, `restarting`, …: Docker's state, then its health where it is known. */
function healthOf(status: string): Health {
  const [state = "", health = ""] = status.split(":");
  if (state === "running")
    return health === "unhealthy" ? "unhealthy" : health === "starting" ? "starting" : "healthy";
  if (state === "starting" || state === "restarting") return "starting";
  return state === "exited" ? "stopped" : state === "degraded" ? "unhealthy" : "unknown";
}

async function linesOf(api: Api, rollout: Coolify, count: number): Promise<string[]> {
  return (await stamped(api, rollout, count)).map((line) => lineOf("app")(line).text);
}

/** Each line after its time; none where no container runs that could be asked. */
async function stamped(api: Api, { application }: Coolify, lines: number): Promise<string[]> {
  const request = { path: { uuid: application }, query: { lines, show_timestamps: true } };
  try {
    const { logs } = await api.call("GET /applications/{uuid}/logs", request, shownLogs);
    return (logs ?? "").split("\n").filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Refused && error.status === 400) return [];
    throw error;
  }
}

const lineOf =
  (part: string) =>
  (line: string): LogLine => {
    const [, time, text] = /^(\d{4}-\d\d-\d\dT\S+) ?(.*)$/.exec(line) ?? [];
    return { part, time: time ?? new Date(0).toISOString(), text: text ?? line };
  };
