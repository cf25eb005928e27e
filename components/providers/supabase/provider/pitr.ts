import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { buy, giveUp, variantOf } from "./addons.ts";
import { type Api, projectRef, readyWithinSeconds } from "./api.ts";

export const pitrInputs = z.strictObject({
  projectRef,
  /** How far back one can go. Takes compute of size small at least. */
  days: z.literal([7, 14, 28]),
  readyWithinSeconds,
});
export type PitrInputs = z.output<typeof pitrInputs>;

/** Recovery to any point in time: an add-on of its own price. */
export const pitr: Resource<Api, PitrInputs, object> = {
  token: "supabase:index:Pitr",
  inputs: pitrInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["projectRef"],

  async create(api, inputs, call) {
    await buy(api, inputs.projectRef, addon(inputs), inputs.readyWithinSeconds, call);
    return { id: inputs.projectRef, outputs: {} };
  },

  async read(api, id, before) {
    const variant = await variantOf(api, id, "pitr");
    if (variant === undefined) return undefined;
    const days = Number(variant.replace("pitr_", "")) as PitrInputs["days"]; // Supabase's own list
    const seconds = before?.readyWithinSeconds ?? readyWithinSeconds.parse(undefined);
    return { inputs: { projectRef: id, days, readyWithinSeconds: seconds }, outputs: {} };
  },

  async update(api, id, inputs, _before, call) {
    await buy(api, id, addon(inputs), inputs.readyWithinSeconds, call);
    return {};
  },

  delete: (api, id, inputs, call) => giveUp(api, id, "pitr", inputs.readyWithinSeconds, call),
};

const addon = ({ days }: PitrInputs) => ({ addon_type: "pitr", addon_variant: `pitr_${days}` }) as const;
