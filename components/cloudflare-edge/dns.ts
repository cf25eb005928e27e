import * as cloudflare from "@pulumi/cloudflare";
import { child } from "../kit/options.ts";
import type { App } from "./app.ts";
import { accountOf, type Edge } from "./cloudflare.ts";

/** The public name as the Worker's custom domain: Cloudflare makes its record and its certificate. */
export function dns(here: Edge, { worker, deployment }: App) {
  return new cloudflare.WorkersCustomDomain(
    "public",
    {
      ...accountOf(here),
      zoneId: here.platform.cloudflareZoneId,
      hostname: here.platform.domain,
      service: worker.name,
    },
    { ...child(here), dependsOn: [deployment] },
  );
}
