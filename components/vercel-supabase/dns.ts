import * as cloudflare from "@pulumi/cloudflare";
import * as vercel from "@pulumiverse/vercel";
import { nameOf } from "../kit/context.ts";
import { child, teamOf, type Vercel } from "./vercel.ts";

/** Where names of one's own point to (vercel.com/docs/domains, 2026-11). */
const target = "cname.vercel-dns.com";

/** The public name at Vercel, which gets its certificate; and its record, where the zone is known. */
export function dns(here: Vercel, project: vercel.Project): void {
  const { domain } = here.plan.dns.detail;
  if (domain === undefined) return;
  const zoneId = here.platform.cloudflareZoneId;
  const record = zoneId
    ? new cloudflare.DnsRecord(
        "public",
        {
          zoneId,
          name: domain,
          type: "CNAME",
          content: target,
          // Vercel asks for the certificate and must see visitors' addresses: no proxy in between.
          proxied: false,
          ttl: 300,
          comment: nameOf(here.context, "app"),
        },
        child(here),
      )
    : undefined;
  new vercel.ProjectDomain(
    "public",
    { ...teamOf(here), projectId: project.id, domain },
    { ...child(here), ...(record && { dependsOn: [record] }) },
  );
}
