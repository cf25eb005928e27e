import { z } from "zod";
import type { Call } from "../../../../engine/providers/provider.ts";
import { type Api, anything, healthy } from "./api.ts";
import type { Operations } from "./types.ts";

type Body = Operations["PATCH /v1/projects/{ref}/billing/addons"]["body"];

const shown = z.looseObject({
  selected_addons: z.array(z.looseObject({ type: z.string(), variant: z.looseObject({ id: z.string() }) })),
});

/** The variant of an add-on that a project has, e.g. `pitr_7`; undefined without it, or when the project is gone. */
export async function variantOf(
  api: Api,
  ref: string,
  type: Body["addon_type"],
): Promise<string | undefined> {
  const found = await api.find("GET /v1/projects/{ref}/billing/addons", { path: { ref } }, shown);
  return found?.selected_addons.find((one) => one.type === type)?.variant.id;
}

/** Buys an add-on, or another variant of it, unless it is there; the project may restart for it. */
export async function buy(api: Api, ref: string, addon: Body, seconds: number, call: Call): Promise<void> {
  const path = { ref };
  if ((await variantOf(api, ref, addon.addon_type)) !== addon.addon_variant) {
    await api.call("PATCH /v1/projects/{ref}/billing/addons", { path, body: addon }, anything);
  }
  call.status("waiting until the project is healthy again");
  await healthy(api, ref, seconds, call.signal);
}

/** Gives an add-on up; not having it is as good. */
export async function giveUp(
  api: Api,
  ref: string,
  type: Body["addon_type"],
  seconds: number,
  call: Call,
): Promise<void> {
  const variant = await variantOf(api, ref, type);
  if (variant === undefined) return;
  const path = { ref, addon_variant: variant };
  await api.remove("DELETE /v1/projects/{ref}/billing/addons/{addon_variant}", { path });
  call.status("waiting until the project is healthy again");
  await healthy(api, ref, seconds, call.signal);
}
