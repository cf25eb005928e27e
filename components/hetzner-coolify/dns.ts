import type * as pulumi from "@pulumi/pulumi";
import { publicName, transport } from "../cloudflare/zone.ts";
import type { Hetzner } from "./coolify.ts";

/** The part of Cloudflare's zone that is this stack's. */
export const frontOf = ({ context, stage, platform }: Hetzner) => ({
  context,
  stage,
  zoneId: platform.cloudflareZoneId,
  domain: platform.domain,
});

/** The public name, through Cloudflare, encrypted on both legs. */
export function dns(here: Hetzner, address: pulumi.Input<string>) {
  const front = frontOf(here);
  transport(front);
  return publicName(front, address);
}
