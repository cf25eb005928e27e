import { type PlatformServer, servePlatform } from "./serve.ts";

/** What a project at Vercel is like. */
export interface VercelWorld {
  /** The state of its build and what the build said; undefined when there is no such deployment. */
  deployment(id: string): Build | undefined;
  /** The deployment that the production names point to; undefined when there is no such project. */
  production(project: string): { readonly id: string } | "none" | undefined;
  /** Lines of the functions, as they come. */
  readonly lines: { readonly message: string; readonly timestampInMs: number }[];
}

export interface Build {
  readonly readyState: string;
  readonly errorMessage?: string;
  readonly build: readonly string[];
}

const team = ["teamId", "slug"];
const refuse = (status: number, message: string) => ({
  error: { code: status === 404 ? "not_found" : status === 403 ? "forbidden" : "bad_request", message },
});

/**
 * A stand-in for the calls of Vercel's REST API that are made of a living stack: the deployment, the project's
 * production target, the build's events, the runtime logs (https://vercel.com/docs/rest-api, read 2026-11).
 */
export function serveVercel(world: VercelWorld): Promise<PlatformServer> {
  const no = { status: 404, body: refuse(404, "Not found") };
  return servePlatform(
    [
      {
        on: "GET /v13/deployments/{id}",
        query: [...team, "withGitRepoInfo"],
        answer({ id = "" }) {
          const found = world.deployment(id);
          if (!found) return no;
          const { build: _, ...shown } = found;
          return { status: 200, body: { id, url: `${id}.vercel.app`, target: "production", ...shown } };
        },
      },
      {
        on: "GET /v9/projects/{id}",
        query: team,
        answer({ id = "" }) {
          const production = world.production(id);
          if (!production) return no;
          return { status: 200, body: { id, targets: production === "none" ? {} : { production } } };
        },
      },
      {
        on: "GET /v3/deployments/{id}/events",
        query: [...team, "builds", "direction", "limit", "follow", "since", "until", "name", "delimiter"],
        answer({ id = "" }, query) {
          const lines = [...(world.deployment(id)?.build ?? [])];
          if (query.get("direction") === "backward") lines.reverse();
          const body = lines.slice(0, Number(query.get("limit") ?? 100)).map((text, index) => ({
            type: "stdout",
            created: index,
            payload: { deploymentId: id, text, id: String(index), date: index },
          }));
          return { status: 200, body };
        },
      },
      {
        on: "GET /v1/projects/{project}/deployments/{id}/runtime-logs",
        query: team,
        answer: ({ id = "" }) => ({
          status: world.deployment(id) ? 200 : 404,
          body: undefined,
          lines: [
            ...world.lines.splice(0).map((line, index) => ({
              ...line,
              level: "info",
              rowId: String(index),
              source: "serverless",
              domain: `${id}.vercel.app`,
              messageTruncated: false,
              requestMethod: "GET",
              requestPath: "/",
              responseStatusCode: 200,
            })),
            { source: "delimiter", message: "", timestampInMs: 0, rowId: "", level: "info" },
          ],
        }),
      },
    ],
    refuse,
  );
}
