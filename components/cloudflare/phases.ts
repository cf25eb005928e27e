/** The phases of a zone in which its stack keeps rules. Cloudflare has one rule set a phase and zone. */
export const phases = {
  cache: "http_request_cache_settings",
  firewall: "http_request_firewall_custom",
  rate: "http_ratelimit",
  managed: "http_request_firewall_managed",
} as const;
