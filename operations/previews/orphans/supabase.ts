import { z } from "zod";
import { JsonApi } from "../../hosted/jsonApi.ts";
import { type Reach, stackInName, told } from "./vendor.ts";

/** `GET /v1/projects`: api.supabase.com/api/v1, 2026-11. */
const listed = z.array(z.looseObject({ ref: z.string(), name: z.string(), organization_slug: z.string() }));

/** Supabase: the organization's projects by name. Database, storage and settings go with their project. */
export const reachSupabase: Reach = (where) => {
  const token = told(where, "SUPABASE_ACCESS_TOKEN");
  const organization = told(where, "", "rung:supabaseOrganization");
  if (!token || !organization)
    return { cannot: "SUPABASE_ACCESS_TOKEN or rung:supabaseOrganization is not set" };
  const api = new JsonApi("Supabase", where.env.SUPABASE_API_URL || "https://api.supabase.com", token);
  return {
    name: "Supabase",
    list: async () =>
      listed.parse(await api.get("/v1/projects")).flatMap(({ ref, name, organization_slug }) => {
        const stack = stackInName(where.app, name);
        if (organization_slug !== organization || stack === undefined) return [];
        return { stack, kind: "project", id: ref, name };
      }),
    remove: ({ id }) => api.delete(`/v1/projects/${id}`),
    close: () => api.close(),
  };
};
