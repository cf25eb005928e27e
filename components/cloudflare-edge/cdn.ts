import { firewall, managedRules } from "../cloudflare/zone.ts";
import { type Edge, frontOf } from "./cloudflare.ts";

/**
 * Cloudflare's firewall before the Worker. Cache rules have no say here: a Worker stands before the CDN's cache, and
 * asks the data centre's own (`app/src/worker/edgeCache.ts`).
 */
export function cdn(here: Edge): void {
  const { requestsPerTenSeconds, managedRules: isPro } = here.plan.cdn.detail;
  firewall(frontOf(here), requestsPerTenSeconds);
  if (isPro) managedRules(frontOf(here));
}
