import { z } from "zod";
import { JsonApi } from "../../hosted/jsonApi.ts";
import { type Reach, stackInName, told, type VendorThing } from "./vendor.ts";

/** `GET /v10/projects`: vercel.com/docs/rest-api/projects, 2026-11. */
const listed = z.looseObject({
  projects: z.array(z.looseObject({ id: z.string(), name: z.string() })),
  pagination: z.looseObject({ next: z.union([z.string(), z.number()]).nullish() }),
});

/** Vercel: projects by name. What is a project's (domains, variables, deployments) goes with it. */
export const reachVercel: Reach = (where) => {
  const token = told(where, "VERCEL_API_TOKEN", "vercel:apiToken");
  if (!token) return { cannot: "VERCEL_API_TOKEN is not set" };
  const api = new JsonApi("Vercel", where.env.VERCEL_API_URL || "https://api.vercel.com", token);
  const team = told(where, "VERCEL_TEAM", "vercel:team", "rung:vercelTeam");
  const within = (path: string, query: Record<string, string> = {}) => {
    const of = team && { [team.startsWith("team_") ? "teamId" : "slug"]: team };
    const search = new URLSearchParams({ ...query, ...of });
    return search.size > 0 ? `${path}?${search}` : path;
  };
  return {
    name: "Vercel",
    async list() {
      const found: VendorThing[] = [];
      for (let from: string | undefined = ""; from !== undefined; ) {
        const query: Record<string, string> = {
          search: `${where.app}-pr-`,
          limit: "100",
          ...(from && { from }),
        };
        const { projects, pagination } = listed.parse(await api.get(within("/v10/projects", query)));
        for (const { id, name } of projects) {
          const stack = stackInName(where.app, name);
          if (stack !== undefined) found.push({ stack, kind: "project", id, name });
        }
        from = pagination.next ? String(pagination.next) : undefined;
      }
      return found;
    },
    remove: ({ id }) => api.delete(within(`/v9/projects/${id}`)),
    close: () => api.close(),
  };
};
