import * as cloudflare from "@pulumi/cloudflare";
import { nameOf } from "../kit/context.ts";
import { child, kept } from "../kit/options.ts";
import { accountOf, type Edge } from "./cloudflare.ts";

/** Values in KV; what must be counted exactly is in the Worker's own Durable Objects. */
export function cache(here: Edge) {
  const { jurisdiction } = here.plan.cache.detail;
  const options = here.context.spec.cache?.policy === "keep" ? kept(here) : child(here);
  return new cloudflare.WorkersKvNamespace(
    "cache",
    { ...accountOf(here), title: nameOf(here.context, "cache"), ...(jurisdiction && { jurisdiction }) },
    options,
  );
}

export type Cache = ReturnType<typeof cache>;
