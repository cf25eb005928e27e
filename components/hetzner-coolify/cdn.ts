import { cacheRules, firewall } from "../cloudflare/zone.ts";
import type { Hetzner } from "./coolify.ts";
import { frontOf } from "./dns.ts";

/** Cloudflare's cache by the app's own word, and its firewall. */
export function cdn(here: Hetzner) {
  const front = frontOf(here);
  firewall(front, here.plan.cdn.detail.requestsPerTenSeconds);
  return cacheRules(front);
}
