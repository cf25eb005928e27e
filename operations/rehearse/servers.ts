import { join } from "node:path";
import type { StageName } from "../../components/model/words.ts";
import { project } from "../../engine/backend.ts";
import type { HostedStage } from "./settings.ts";
import type { Workspace } from "./workspace.ts";

/** A vendor's HTTP API, stood in for on this machine while a rehearsal lasts. */
export interface Server {
  /** What tells the program where it is and how to log in, e.g. `SUPABASE_API_URL`. */
  readonly env: Readonly<Record<string, string>>;
  /** What it still holds: nothing, once the stack is destroyed. */
  holds(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts a server with its state in `folder`. @param vendors where the stand-ins hold what was made at the vendors' */
export type StartServer = (folder: string, vendors: string) => Promise<Server>;

/** The servers that a stage's own resources talk to, each loaded only when it is rehearsed. */
const servers: { readonly [S in HostedStage]?: readonly (() => Promise<StartServer>)[] } = {
  "vercel-supabase": [
    async () => {
      const { serveSupabase } = await import("../../engine/servers/supabase/index.ts");
      return async (folder) => {
        const server = await serveSupabase({ file: join(folder, "supabase.json") });
        return {
          env: {
            SUPABASE_API_URL: server.url,
            SUPABASE_PROJECT_URL: server.projectUrl,
            SUPABASE_ACCESS_TOKEN: server.token,
            SUPABASE_LOOK_MS: "50",
          },
          holds: async () => server.holds(),
          stop: server.stop,
        };
      };
    },
  ],
  "hetzner-coolify": [
    async () => {
      const { serveCoolify } = await import("../../engine/servers/coolify/index.ts");
      return async (folder) => {
        const { url, token, holds, stop } = await serveCoolify({ file: join(folder, "coolify.json") });
        return { env: { COOLIFY_API_URL: url, COOLIFY_API_TOKEN: token }, holds: async () => holds(), stop };
      };
    },
  ],
  "cloudflare-edge": [
    async () => {
      const { serveD1 } = await import("../../engine/servers/d1/index.ts");
      const { Store } = await import("../../engine/providers/generic/store.ts");
      return async (_, vendors) => {
        const store = new Store(vendors);
        // Databases are made by Cloudflare's provider: what its stand-in holds is there, and nothing else.
        const exists = (account: string, id: string) =>
          store.get("cloudflare:index/d1Database:D1Database", account, id) !== undefined;
        const { url, token, holds, stop } = await serveD1({ exists });
        const env = { CLOUDFLARE_BASE_URL: url, CLOUDFLARE_API_TOKEN: token };
        return { env, holds: async () => holds(), stop };
      };
    },
  ],
};

/** Whether what a stage made is also held by a server of its own. */
export const hasServers = (stage: StageName): boolean =>
  stage !== "local" && (servers[stage] ?? []).length > 0;

/** Starts what a stage needs, for the life in a workspace. The caller stops every one of them. */
export async function startServers(
  stage: HostedStage,
  { folder, store, stack }: Pick<Workspace, "folder" | "store" | "stack">,
): Promise<Server[]> {
  const started: Server[] = [];
  try {
    for (const load of servers[stage] ?? []) {
      started.push(await (await load())(join(folder, "servers"), join(store, project, stack)));
    }
  } catch (error) {
    await Promise.all(started.map((server) => server.stop()));
    throw error;
  }
  return started;
}
