import { z } from "zod";
import { hasUnknown } from "../../../../engine/providers/generic/values.ts";
import type { Call, Provider, ResourceDefinition, Values } from "../../../../engine/providers/provider.ts";
import { definitionOf, type Resource } from "../../kit/resource.ts";
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

/** What this machine says instead of the stack's settings. Read when the engine starts the plugin. */
const fromEnvironment = () => ({
  accessToken: process.env.SUPABASE_ACCESS_TOKEN || undefined,
  endpoint: process.env.SUPABASE_API_URL || undefined,
  projectUrl: process.env.SUPABASE_PROJECT_URL || undefined,
});

/** @param lookMs how long to wait between two looks at what is under way */
export function supabaseProvider(lookMs = Number(process.env.SUPABASE_LOOK_MS) || undefined): Provider {
  let config: Values = {};
  let api: Api | undefined;

  async function connect(call: Call): Promise<Api> {
    const parsed = settings.safeParse(config);
    if (!parsed.success) throw new Error(parsed.error.issues.map(({ message }) => message).join("; "));
    const { accessToken, endpoint, projectUrl } = parsed.data;
    api ??= new Api({
      baseUrl: endpoint,
      projectUrl,
      token: accessToken,
      signal: call.signal,
      ...(lookMs !== undefined && { lookMs, pauseMs: lookMs }),
    });
    return api;
  }

  const definitions = new Map<string, ResourceDefinition>(
    [
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
    ].map((one) => [one.token, one.definition]),
  );
  function define<Inputs extends object, Outputs extends object>(of: Resource<Api, Inputs, Outputs>) {
    return { token: of.token, definition: definitionOf(of, connect) };
  }

  return {
    name: "supabase",
    version: supabaseVersion,
    types: () => [...definitions.keys()],
    resource: (type) => definitions.get(type),
    checkConfig(given) {
      const known = Object.fromEntries(Object.entries(given).filter(([, value]) => !hasUnknown(value)));
      const pending = Object.keys(given).filter((key) => !(key in known));
      const result = settings.safeParse({ ...known, ...present(fromEnvironment()) });
      return (result.error?.issues ?? [])
        .filter(({ path }) => !pending.includes(String(path[0])))
        .map(({ path, message }) => ({ property: path.join("."), reason: message }));
    },
    configure(given) {
      config = { ...given, ...present(fromEnvironment()) };
    },
    close: () => api?.close(),
  };
}

const present = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
