import { globalRegion } from "../aws/cdn.ts";
import { certificate } from "../aws/certificate.ts";
import { inRegion } from "../aws/here.ts";
import type { Eks, Place } from "./eks.ts";

/** The name that CloudFront reaches the app by: each of its own places is sent to the nearest region that answers. */
export const originOf = ({ platform }: Eks): string => `origin.${platform.domain}`;

/** The public name's certificate, at the edge of the world. */
export const atEdge = (eks: Eks) =>
  certificate(
    inRegion(eks, globalRegion),
    "certificate-edge",
    eks.platform.domain,
    eks.platform.route53ZoneId,
  );

/** The origin's, at a region's load balancer. */
export const atOrigin = (place: Place) =>
  certificate(place, `${place.prefix}certificate-origin`, originOf(place), place.platform.route53ZoneId);
