import { ofAuth } from "../kit/bindings.ts";
import * as supabase from "../providers/supabase/index.ts";
import type { Database } from "./database.ts";
import type { Project } from "./project.ts";
import { child, type Vercel } from "./vercel.ts";

/** Sessions are the app's own: Supabase's log-in, which every project comes with, is shut. */
export function auth(here: Vercel, { ref }: Project, { schema }: Database, url: string) {
  new supabase.AuthSettings(
    "auth",
    { projectRef: ref, siteUrl: url, signupDisabled: true, emailEnabled: false, anonymousEnabled: false },
    { ...child(here), dependsOn: [schema] },
  );
  return ofAuth(here.context);
}
