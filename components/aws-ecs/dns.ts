import { globalRegion } from "../aws/cdn.ts";
import { certificate } from "../aws/certificate.ts";
import { inRegion } from "../aws/here.ts";
import type { Ecs } from "./ecs.ts";

/** Certificates for the public name: at the edge of the world, and at the load balancer that CloudFront reaches. */
export function dns(ecs: Ecs) {
  const { domain, route53ZoneId } = ecs.platform;
  return {
    origin: `origin.${domain}`,
    atEdge: certificate(inRegion(ecs, globalRegion), "certificate-edge", domain, route53ZoneId),
    atOrigin: certificate(ecs, "certificate-origin", `origin.${domain}`, route53ZoneId),
  };
}

export type Dns = ReturnType<typeof dns>;
