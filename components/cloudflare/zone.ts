import * as cloudflare from "@pulumi/cloudflare";
import type * as pulumi from "@pulumi/pulumi";
import { nameOf, type StackContext } from "../kit/context.ts";
import { phases } from "./phases.ts";

/** A name of the zone behind Cloudflare. */
export interface Front {
  readonly context: StackContext;
  readonly stage: pulumi.ComponentResource;
  readonly zoneId: string;
  readonly domain: string;
}

/** The public name, through Cloudflare. */
export function publicName(front: Front, address: pulumi.Input<string>) {
  return new cloudflare.Record(
    "public",
    {
      zoneId: front.zoneId,
      name: front.domain,
      type: "A",
      content: address,
      proxied: true,
      // With the proxy on, Cloudflare decides: 1 is its word for that.
      ttl: 1,
      comment: nameOf(front.context, "app"),
    },
    { parent: front.stage },
  );
}

/** What is forced between visitors, Cloudflare and the origin. */
export function transport(front: Front): void {
  for (const [settingId, value] of Object.entries({
    ssl: "strict",
    min_tls_version: "1.2",
    always_use_https: "on",
  })) {
    new cloudflare.ZoneSetting(
      settingId.replaceAll("_", "-"),
      { zoneId: front.zoneId, settingId, value },
      { parent: front.stage },
    );
  }
}

/** The cache keeps to what the app says; without a word of it nothing is kept. */
export function cacheRules(front: Front) {
  return new cloudflare.Ruleset(
    "cdn",
    {
      zoneId: front.zoneId,
      name: nameOf(front.context, "cache"),
      kind: "zone",
      phase: phases.cache,
      rules: [
        {
          ref: "app",
          description: "as the app's Cache-Control says",
          expression: `(http.host eq "${front.domain}")`,
          action: "set_cache_settings",
          actionParameters: {
            cache: true,
            edgeTtl: { mode: "respect_origin" },
            browserTtl: { mode: "respect_origin" },
          },
        },
      ],
    },
    { parent: front.stage },
  );
}

/** Refuses what no visitor asks for, and who asks too often. Both kinds of rule are on the free plan, one rate rule. */
export function firewall(front: Front, requestsPerTenSeconds: number) {
  const rules = new cloudflare.Ruleset(
    "firewall",
    {
      zoneId: front.zoneId,
      name: nameOf(front.context, "firewall"),
      kind: "zone",
      phase: phases.firewall,
      rules: [
        {
          ref: "inside",
          description: "what only the inside may reach",
          expression: `(http.host eq "${front.domain}" and (starts_with(http.request.uri.path, "/metrics") or starts_with(lower(http.request.uri.path), "/api/cron")))`,
          action: "block",
        },
      ],
    },
    { parent: front.stage },
  );
  new cloudflare.Ruleset(
    "rate",
    {
      zoneId: front.zoneId,
      name: nameOf(front.context, "rate"),
      kind: "zone",
      phase: phases.rate,
      rules: [
        {
          ref: "address",
          description: "one address",
          expression: `(http.host eq "${front.domain}")`,
          action: "block",
          ratelimit: {
            characteristics: ["ip.src", "cf.colo.id"],
            period: 10,
            requestsPerPeriod: requestsPerTenSeconds,
            mitigationTimeout: 10,
          },
        },
      ],
    },
    { parent: front.stage },
  );
  return rules;
}

/** Cloudflare's own rulesets, by the ids that they have in every zone (developers.cloudflare.com/waf/managed-rules, 2026-11). */
const managed = {
  cloudflare: { id: "efb7b8c949ac4650a09736fc376e9aee", about: "Cloudflare Managed Ruleset" },
  owasp: { id: "4814384a9e5d4991b9815dcfc25d2f1f", about: "Cloudflare OWASP Core Ruleset" },
} as const;

/** Known attacks are refused by rules that Cloudflare keeps up. The zone must be on Pro or above. */
export const managedRules = (front: Front) =>
  new cloudflare.Ruleset(
    "managed",
    {
      zoneId: front.zoneId,
      name: nameOf(front.context, "managed"),
      kind: "zone",
      phase: phases.managed,
      rules: Object.entries(managed).map(([ref, { id, about }]) => ({
        ref,
        description: about,
        expression: `(http.host eq "${front.domain}")`,
        action: "execute",
        actionParameters: { id },
      })),
    },
    { parent: front.stage },
  );
