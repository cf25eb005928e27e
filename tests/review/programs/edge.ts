import * as cloudflare from "@pulumi/cloudflare";

const accountId = "0123456789abcdef0123456789abcdef";
const zoneId = "fedcba9876543210fedcba9876543210";

/** A zone, and the stores at the edge, as small as it goes. */
export default () => {
  const database = new cloudflare.D1Database("database", { accountId, name: "pulse-prod" });
  new cloudflare.WorkersKvNamespace("cache", { accountId, title: "pulse-prod-cache" });
  new cloudflare.R2Bucket("uploads", { accountId, name: "pulse-prod-uploads" });
  for (const [settingId, value] of Object.entries({
    ssl: "strict",
    min_tls_version: "1.2",
    always_use_https: "on",
  })) {
    new cloudflare.ZoneSetting(settingId.replaceAll("_", "-"), { zoneId, settingId, value });
  }
  new cloudflare.DnsRecord("public", {
    zoneId,
    name: "pulse.example.com",
    type: "A",
    content: "203.0.113.7",
    proxied: true,
    ttl: 1,
  });
  new cloudflare.Ruleset("firewall", {
    zoneId,
    name: "pulse-prod-firewall",
    kind: "zone",
    phase: "http_request_firewall_custom",
    rules: [{ ref: "inside", action: "block", expression: '(http.request.uri.path eq "/metrics")' }],
  });
  return { database: database.id };
};
