import { type PlatformServer, servePlatform } from "./serve.ts";

/** As a listing shows it. */
export interface Ruleset {
  readonly name: string;
  readonly kind: "managed" | "zone";
  readonly phase: string;
}

/** The deployments of a Worker's script, the newest first: which versions get what share. */
export interface WorkersWorld {
  readonly account: string;
  readonly script: string;
  deployments: (readonly { readonly version_id: string; readonly percentage: number }[])[];
  /** The rule sets of the one zone that there is. */
  readonly zone?: {
    readonly id: string;
    readonly rulesets: Ruleset[];
  };
}

const refuse = (status: number, message: string) => ({
  success: false,
  errors: [{ code: status === 403 ? 10000 : 10007, message }],
  messages: [],
  result: null,
});

const allow = (result: unknown) => ({
  status: 200,
  body: { success: true, errors: [], messages: [], result },
});

/** A stand-in for two calls of Cloudflare's API: the deployments of a Worker, the rule sets of a zone. */
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
          return allow({ deployments });
        },
      },
      {
        on: "GET /zones/{zone}/rulesets",
        query: [],
        answer({ zone }) {
          if (zone !== world.zone?.id)
            return { status: 404, body: refuse(404, "Could not route to the zone.") };
          return allow(
            world.zone?.rulesets.map((one, index) => ({ id: `ruleset-${index}`, version: "1", ...one })),
          );
        },
      },
    ],
    refuse,
  );
