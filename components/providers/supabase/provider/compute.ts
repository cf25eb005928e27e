import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { buy, giveUp, variantOf } from "./addons.ts";
import { type Api, projectRef, readyWithinSeconds } from "./api.ts";

export const computeSizes = [
  "micro",
  "small",
  "medium",
  "large",
  "xlarge",
  "2xlarge",
  "4xlarge",
  "8xlarge",
  "12xlarge",
  "16xlarge",
] as const;

export const computeInputs = z.strictObject({
  projectRef,
  /** A change restarts the database: some two minutes. Takes a paid plan. */
  size: z.literal(computeSizes),
  readyWithinSeconds,
});
export type ComputeInputs = z.output<typeof computeInputs>;

/** How big the project's machine is. Without one it is the smallest of its plan. */
export const compute: Resource<Api, ComputeInputs, object> = {
  token: "supabase:index:Compute",
  inputs: computeInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["projectRef"],

  async create(api, inputs, call) {
    await buy(api, inputs.projectRef, addon(inputs), inputs.readyWithinSeconds, call);
    return { id: inputs.projectRef, outputs: {} };
  },

  async read(api, id, before) {
    const variant = await variantOf(api, id, "compute_instance");
    if (variant === undefined) return undefined;
    const size = variant.replace("ci_", "") as ComputeInputs["size"]; // Supabase's own list, some longer
    const seconds = before?.readyWithinSeconds ?? readyWithinSeconds.parse(undefined);
    return { inputs: { projectRef: id, size, readyWithinSeconds: seconds }, outputs: {} };
  },

  async update(api, id, inputs, _before, call) {
    await buy(api, id, addon(inputs), inputs.readyWithinSeconds, call);
    return {};
  },

  delete: (api, id, inputs, call) => giveUp(api, id, "compute_instance", inputs.readyWithinSeconds, call),
};

const addon = ({ size }: ComputeInputs) =>
  ({ addon_type: "compute_instance", addon_variant: `ci_${size}` }) as const;
