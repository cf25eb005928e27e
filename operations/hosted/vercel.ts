import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { z } from "zod";
import { failure } from "../../components/model/diagnostics.ts";
import { Http } from "../../components/providers/kit/http.ts";
import { until } from "../../components/providers/kit/wait.ts";
import type { Health, LogLine } from "../stage.ts";
import { cannotAsk } from "./aws.ts";
import type { Asked, At, Platform } from "./platform.ts";
import { providerSetting } from "./settings.ts";

type Vercel = At<"vercel">;

/** As of the REST API's reference: `GET /v13/deployments/{id}` and `GET /v9/projects/{id}`. */
const shownDeployment = z.looseObject({
  readyState: z.enum(["QUEUED", "INITIALIZING", "BUILDING", "READY", "ERROR", "CANCELED", "BLOCKED"]),
  url: z.string().nullish(),
  errorMessage: z.string().nullish(),
});
const shownProject = z.looseObject({
  targets: z.looseObject({ production: z.looseObject({ id: z.string() }).nullish() }).nullish(),
});
const shownEvents = z.array(
  z.looseObject({
    text: z.string().nullish(),
    payload: z.looseObject({ text: z.string().nullish() }).nullish(),
  }),
);
/** One line of `application/stream+json` from a deployment's runtime logs. */
const shownLine = z.looseObject({ message: z.string(), timestampInMs: z.number(), source: z.string() });

/**
 * Vercel, by its API. After an instant rollback in its dashboard a new deployment gets ready and serves nobody: what
 * counts is which one the project's production target names.
 */
export const vercel: Platform<"vercel"> = {
  failed: (rollout, asked) =>
    withHttp(asked, async (get) => {
      const seen = await until(
        async () => {
          const found = await deploymentOf(get, rollout);
          return ["READY", "ERROR", "CANCELED", "BLOCKED"].includes(found.readyState) ? found : undefined;
        },
        { what: "Vercel to build the deployment", everyMs: asked.everyMs, seconds: asked.withinSeconds },
      );
      if (seen.readyState === "READY") {
        const serving = await production(get, rollout, asked);
        if (serving === rollout.deployment) return undefined;
        return {
          what: `Vercel built ${rollout.deployment}, and ${serving ?? "nothing"} serves production`,
          mend: "promote a deployment in Vercel's dashboard to end its rollback, then rung up again",
          lines: [],
          ...again,
        };
      }
      return {
        what: `Vercel did not build the release: ${seen.readyState}${seen.errorMessage ? `, ${seen.errorMessage}` : ""}`,
        mend: "what served before serves on; mend what the lines say, then rung up again",
        lines: await buildLines(get, rollout),
        ...again,
      };
    }),

  health: (rollout, asked) =>
    withHttp(asked, async (get) => {
      const { readyState, url } = await deploymentOf(get, rollout);
      return [{ name: url ?? rollout.deployment, health: healths[readyState] }];
    }),

  async logs(rollout, { follow, signal }, take, asked) {
    // https://vercel.com/docs/rest-api/logs/get-logs-for-a-deployment: "a stream of logs", no history.
    if (!follow) {
      throw failure(
        "Vercel's API gives the app's lines only as they come",
        'rung logs --follow; for the hours before, "vercel logs" or the project\'s Logs page',
        "rung logs",
      );
    }
    await stream(rollout, signal, take, asked);
  },
};

const again = { differ: [], brings: ["vercel:index/deployment:Deployment::app"] } as const;

const healths: Readonly<Record<z.output<typeof shownDeployment>["readyState"], Health>> = {
  QUEUED: "starting",
  INITIALIZING: "starting",
  BUILDING: "starting",
  READY: "healthy",
  ERROR: "unhealthy",
  CANCELED: "stopped",
  BLOCKED: "stopped",
};

type Get = <S extends z.ZodType>(path: string, answer: S) => Promise<z.output<S>>;

/** The token is the provider's own: VERCEL_API_TOKEN, or `vercel:apiToken` of the stack's settings. */
async function tokenOf({ stack }: Asked): Promise<string> {
  const token = process.env.VERCEL_API_TOKEN || (await providerSetting(stack, "vercel:apiToken"));
  if (token) return token;
  throw failure("no token for Vercel's API is known", "set VERCEL_API_TOKEN", "Vercel");
}

const baseUrl = (): string => process.env.VERCEL_API_URL || "https://api.vercel.com";

async function withHttp<T>(asked: Asked, work: (get: Get) => Promise<T>): Promise<T> {
  const http = new Http({ baseUrl: baseUrl(), token: await tokenOf(asked) });
  const get: Get = async (path, answer) =>
    answer.parse((await http.send({ method: "GET", path, idempotent: true })).body);
  try {
    return await work(get);
  } catch (error) {
    throw cannotAsk("Vercel", error);
  } finally {
    http.close();
  }
}

/** With the team, by its id or its slug. */
function within({ team }: Vercel, path: string, query: Record<string, string> = {}): string {
  const search = new URLSearchParams({
    ...query,
    ...(team && { [team.startsWith("team_") ? "teamId" : "slug"]: team }),
  });
  return search.size > 0 ? `${path}?${search}` : path;
}

const deploymentOf = (get: Get, rollout: Vercel) =>
  get(within(rollout, `/v13/deployments/${rollout.deployment}`), shownDeployment);

/** Vercel moves its names a moment after a deployment is ready. */
async function production(get: Get, rollout: Vercel, { everyMs }: Asked): Promise<string | undefined> {
  let last: string | undefined;
  const look = async () => {
    const { targets } = await get(within(rollout, `/v9/projects/${rollout.project}`), shownProject);
    last = targets?.production?.id;
    return last === rollout.deployment ? last : undefined;
  };
  return until(look, { what: "Vercel", everyMs, seconds: (everyMs * 12) / 1000 }).catch((error) => {
    if (error instanceof Error && error.message.startsWith("waited")) return last;
    throw error;
  });
}

async function buildLines(get: Get, rollout: Vercel): Promise<string[]> {
  const path = within(rollout, `/v3/deployments/${rollout.deployment}/events`, {
    builds: "1",
    direction: "backward",
    limit: "30",
  });
  const events = await get(path, shownEvents);
  return events.flatMap(({ text, payload }) => text ?? payload?.text ?? []).toReversed();
}

/** Vercel ends a stream after some minutes; it is asked again until the reader has seen enough. */
async function stream(
  rollout: Vercel,
  signal: AbortSignal,
  take: (line: LogLine) => void,
  asked: Asked,
): Promise<void> {
  const path = `/v1/projects/${rollout.project}/deployments/${rollout.deployment}/runtime-logs`;
  const headers = { authorization: `Bearer ${await tokenOf(asked)}` };
  while (!signal.aborted) {
    try {
      const answer = await fetch(`${baseUrl()}${within(rollout, path)}`, { headers, signal });
      if (!answer.ok || !answer.body) throw new Error(`GET ${path}: ${answer.status}`);
      await eachLine(answer.body, take);
    } catch (error) {
      if (!signal.aborted) throw cannotAsk("Vercel", error);
    }
  }
}

async function eachLine(body: ReadableStream<Uint8Array>, take: (line: LogLine) => void): Promise<void> {
  // as Node's own type of the same stream
  const input = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  for await (const line of createInterface({ input })) {
    if (line.trim() === "") continue;
    const { message, timestampInMs, source } = shownLine.parse(JSON.parse(line));
    // Vercel's mark of where one answer's lines end.
    if (source === "delimiter") continue;
    take({ part: source, time: new Date(timestampInMs).toISOString(), text: message.trimEnd() });
  }
}
