import { z } from "zod";
import { hasUnknown } from "../../../../engine/providers/generic/values.ts";
import type { Call, Provider, ResourceDefinition, Values } from "../../../../engine/providers/provider.ts";
import { definitionOf, type Resource } from "../../kit/resource.ts";
import { until } from "../../kit/wait.ts";
import { coolifyVersion } from "../version.ts";
import { Api, anything, Refused } from "./api.ts";
import { application } from "./application.ts";
import { backupSchedule } from "./backupSchedule.ts";
import { deployment } from "./deployment.ts";
import { dragonfly } from "./dragonfly.ts";
import { environment } from "./environment.ts";
import { localServer } from "./localServer.ts";
import { postgresql } from "./postgresql.ts";
import { privateKey } from "./privateKey.ts";
import { project } from "./project.ts";
import { redis } from "./redis.ts";
import { s3Storage } from "./s3Storage.ts";
import { scheduledTask } from "./scheduledTask.ts";
import { server } from "./server.ts";
import { variables } from "./variables.ts";

/** The provider's own settings, as the engine gives them: texts. */
const settings = z.object({
  endpoint: z.url(),
  token: z.string().min(1),
  certificateAuthority: z.string().optional(),
  bootSeconds: z.coerce.number<string>().pipe(z.int().min(0)).default(1200),
});

/**
 * Where this machine reaches the API, and with what, instead of what the stack says: through an SSH tunnel, say.
 * Read when the engine starts the plugin.
 */
const fromEnvironment = () => ({
  endpoint: process.env.COOLIFY_API_URL || undefined,
  token: process.env.COOLIFY_API_TOKEN || undefined,
});

/** @param lookMs how long to wait between two looks at what is under way */
export function coolifyProvider(lookMs?: number): Provider {
  let config: Values = {};
  let api: Api | undefined;
  let booted: Promise<unknown> | undefined;

  /** The client; what is made waits for an instance that is still installing itself. */
  async function connect(call: Call, making: boolean): Promise<Api> {
    const { endpoint, token, certificateAuthority, bootSeconds } = settings.parse(config);
    api ??= new Api({
      baseUrl: `${endpoint.replace(/\/$/, "")}/api/v1`,
      token,
      signal: call.signal,
      ...(certificateAuthority && { certificateAuthority }),
      ...(lookMs !== undefined && { lookMs, pauseMs: lookMs }),
    });
    if (making) {
      booted ??= boot(api, bootSeconds, call);
      await booted;
    }
    return api;
  }

  const definitions = new Map<string, ResourceDefinition>(
    [
      define(project),
      define(environment),
      define(privateKey),
      define(server),
      define(localServer),
      define(postgresql),
      define(redis),
      define(dragonfly),
      define(application),
      define(variables),
      define(deployment),
      define(scheduledTask),
      define(s3Storage),
      define(backupSchedule),
    ].map((one) => [one.token, one.definition]),
  );
  function define<Inputs extends object, Outputs extends object>(of: Resource<Api, Inputs, Outputs>) {
    return { token: of.token, definition: definitionOf(of, connect) };
  }

  return {
    name: "coolify",
    version: coolifyVersion,
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

/** How long an instance that answers may refuse our token: first boot makes it some time after it begins to answer. */
const refusedSeconds = 180;

/** Waits until the API answers and takes our token: first boot makes both, in some minutes. */
async function boot(api: Api, seconds: number, { signal, status }: Call): Promise<void> {
  let last: unknown;
  let refusedSince: number | undefined;
  const answers = async () => {
    try {
      await api.call("GET /version", {}, anything);
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      last = error;
      refusedSince = error instanceof Refused ? (refusedSince ?? Date.now()) : undefined;
      if (refusedSince && Date.now() - refusedSince > refusedSeconds * 1000) throw error;
      status("waiting for Coolify to finish its installation");
      return undefined;
    }
  };
  try {
    await until(answers, { what: "Coolify to answer", everyMs: api.lookMs, seconds, signal });
  } catch (error) {
    const why = last instanceof Error && last !== error ? `: ${last.message}` : "";
    throw new Error(`${error instanceof Error ? error.message : String(error)}${why}`);
  }
}

const present = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
