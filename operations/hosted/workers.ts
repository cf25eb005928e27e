import { z } from "zod";
import { failure } from "../../components/model/diagnostics.ts";
import { askCloudflare } from "./cloudflare.ts";
import type { Asked, At, Platform } from "./platform.ts";

type Workers = At<"workers">;

/** `GET /accounts/{account}/workers/scripts/{script}/deployments`: the first one serves. */
const shown = z.looseObject({
  result: z.looseObject({
    deployments: z.array(
      z.looseObject({
        versions: z.array(z.looseObject({ version_id: z.string(), percentage: z.number() })),
      }),
    ),
  }),
});

/** Workers, by Cloudflare's API: the newest deployment must send everybody to the version that was brought out. */
export const workers: Platform<"workers"> = {
  async failed(rollout, asked) {
    const versions = await servingVersions(rollout, asked);
    if (versions.length === 1 && versions[0]?.version_id === rollout.version) return undefined;
    const serves = versions.map(({ version_id, percentage }) => `${version_id} (${percentage} %)`).join(", ");
    return {
      what: `the Worker ${rollout.script} was to run version ${rollout.version}; ${serves || "none"} serves`,
      mend: "see its deployments in Cloudflare's dashboard, then rung up again",
      lines: [],
      differ: [],
      brings: ["cloudflare:index/workersDeployment:WorkersDeployment::app"],
    };
  },

  async health(rollout, asked) {
    const versions = await servingVersions(rollout, asked);
    return [{ name: rollout.script, health: versions.length > 0 ? "healthy" : "missing" }];
  },

  async logs({ script }) {
    throw failure(
      "Workers have no containers, and their API keeps no lines to read back",
      `"wrangler tail ${script}" shows what is said from now on; Workers Logs in the dashboard what was`,
      "rung logs",
    );
  },
};

async function servingVersions({ account, script }: Workers, { stack }: Asked) {
  const path = `/accounts/${account}/workers/scripts/${script}/deployments`;
  return shown.parse(await askCloudflare(stack, path)).result.deployments[0]?.versions ?? [];
}
