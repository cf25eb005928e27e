import { z } from "zod";
import type { Provider } from "../../../../engine/providers/provider.ts";
import { vendorProvider } from "../../kit/provider.ts";
import { supabaseVersion } from "../version.ts";
import { Api } from "./api.ts";
import { apiKeys } from "./apiKeys.ts";
import { authSettings } from "./authSettings.ts";
import { bucket } from "./bucket.ts";
import { compute } from "./compute.ts";
import { networkRestrictions } from "./networkRestrictions.ts";
import { pitr } from "./pitr.ts";
import { poolerSettings } from "./poolerSettings.ts";
import { project } from "./project.ts";
import { readReplica } from "./readReplica.ts";
import { schema } from "./schema.ts";
import { sslEnforcement } from "./sslEnforcement.ts";
import { storageSettings } from "./storageSettings.ts";

/** The provider's own settings, as the engine gives them: texts. */
const settings = z.object({
  accessToken: z.string().min(1, "set supabase:accessToken, or SUPABASE_ACCESS_TOKEN"),
  endpoint: z.url().default("https://api.supabase.com"),
  projectUrl: z.string().includes("{ref}").default("https://{ref}.supabase.co"),
});

/** @param lookMs how long to wait between two looks at what is under way */
export const supabaseProvider = (lookMs = Number(process.env.SUPABASE_LOOK_MS) || undefined): Provider =>
  vendorProvider({
    name: "supabase",
    version: supabaseVersion,
    settings,
    environment: () => ({
      accessToken: process.env.SUPABASE_ACCESS_TOKEN || undefined,
      endpoint: process.env.SUPABASE_API_URL || undefined,
      projectUrl: process.env.SUPABASE_PROJECT_URL || undefined,
    }),
    open: ({ accessToken, endpoint, projectUrl }, signal) =>
      new Api({
        baseUrl: endpoint,
        projectUrl,
        token: accessToken,
        signal,
        ...(lookMs !== undefined && { lookMs, pauseMs: lookMs }),
      }),
    resources: (define) => [
      define(project),
      define(compute),
      define(networkRestrictions),
      define(sslEnforcement),
      define(authSettings),
      define(storageSettings),
      define(poolerSettings),
      define(apiKeys),
      define(bucket),
      define(pitr),
      define(readReplica),
      define(schema),
    ],
  });
