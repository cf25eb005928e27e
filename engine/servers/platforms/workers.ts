import { type PlatformServer, servePlatform } from "./serve.ts";

/** The deployments of a Worker's script, the newest first: which versions get what share. */
export interface WorkersWorld {
  readonly account: string;
  readonly script: string;
  deployments: (readonly { readonly version_id: string; readonly percentage: number }[])[];
}

const refuse = (status: number, message: string) => ({
  success: false,
  errors: [{ code: status === 403 ? 10000 : 10007, message }],
  messages: [],
  result: null,
});

/** A stand-in for the one call of Cloudflare's API that is made of a living Worker: its deployments. */
export const serveWorkers = (world: WorkersWorld): Promise<PlatformServer> =>
  servePlatform(
    [
      {
        on: "GET /accounts/{account}/workers/scripts/{script}/deployments",
        query: [],
        answer({ account, script }) {
          if (account !== world.account || script !== world.script)
            return { status: 404, body: refuse(404, "This Worker does not exist on your account.") };
          const deployments = world.deployments.map((versions, index) => ({
            id: `deployment-${index}`,
            source: "api",
            strategy: "percentage",
            versions,
          }));
          return { status: 200, body: { success: true, errors: [], messages: [], result: { deployments } } };
        },
      },
    ],
    refuse,
  );
