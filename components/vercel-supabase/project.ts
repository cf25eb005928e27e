import { nameOf } from "../kit/context.ts";
import * as supabase from "../providers/supabase/index.ts";
import type { Secrets } from "./secrets.ts";
import { child, kept, type Vercel } from "./vercel.ts";

/** Supabase's project: what the database, the storage and the log-in are parts of; and the machine that it runs on. */
export function project(here: Vercel, secrets: Secrets) {
  const { region, compute } = here.plan.database.detail;
  const it = new supabase.Project(
    "project",
    {
      organization: here.platform.supabaseOrganization,
      name: nameOf(here.context, "project"),
      region,
      password: secrets.database,
    },
    kept(here),
  );
  // One change of a project at a time: while one is under way, Supabase refuses the next.
  const machine = compute
    ? new supabase.Compute("compute", { projectRef: it.ref, size: compute }, child(here))
    : undefined;
  return { project: it, ref: it.ref, ready: machine ?? it };
}

export type Project = ReturnType<typeof project>;
