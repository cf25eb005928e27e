import * as supabase from "../providers/supabase/index.ts";
import type { Project } from "./project.ts";
import { child, type Vercel } from "./vercel.ts";

/** From where the database may be reached; neither vendor has a private network on these plans. */
export const network = (here: Vercel, { ref, ready }: Project) =>
  new supabase.NetworkRestrictions(
    "network",
    { projectRef: ref, cidrs: [...here.plan.network.detail.cidrs] },
    { ...child(here), dependsOn: [ready] },
  );

export type Network = ReturnType<typeof network>;
