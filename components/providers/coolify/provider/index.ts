import { z } from "zod";
import type { Call, Provider } from "../../../../engine/providers/provider.ts";
import { vendorProvider } from "../../kit/provider.ts";
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
  let booted: Promise<void> | undefined;
  return vendorProvider({
    name: "coolify",
    version: coolifyVersion,
    settings,
    environment: fromEnvironment,
    open: ({ endpoint, token, certificateAuthority }, signal) =>
      new Api({
        baseUrl: `${endpoint.replace(/\/$/, "")}/api/v1`,
        token,
        signal,
        ...(certificateAuthority && { certificateAuthority }),
        ...(lookMs !== undefined && { lookMs, pauseMs: lookMs }),
      }),
    // What is made waits for an instance that is still installing itself.
    ready: (api, { bootSeconds }, call) => {
      booted ??= boot(api, bootSeconds, call);
      return booted;
    },
    resources: (define) => [
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
    ],
  });
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
