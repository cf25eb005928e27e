import type { Size, StageName } from "../../components/model/words.ts";

/** A stage that is made at a vendor's, and so can be rehearsed without one. */
export type HostedStage = Exclude<StageName, "local">;

/** Names of nobody's: documentation domains, addresses and ids of the vendors' shapes. */
const domain = "pulse.example.com";
const image = `ghcr.io/example/pulse@sha256:${"3f5a".repeat(16)}`;
const cloudflare = {
  "rung:cloudflareAccountId": "0123456789abcdef0123456789abcdef",
  "rung:cloudflareZoneId": "fedcba9876543210fedcba9876543210",
  "cloudflare:apiToken": "rehearsal-rehearsal-rehearsal-rehearsal-",
};
/** Where a failover leads. */
const otherRegion = "eu-west-1";
const aws = {
  "rung:route53ZoneId": "Z0123456789REHEARSAL",
  "rung:githubRepository": "example/pulse",
  "rung:budgetUsd": "500",
};

const settings: Readonly<Record<HostedStage, Readonly<Record<string, string>>>> = {
  "vercel-supabase": {
    "rung:region": "eu-central-1",
    "rung:vercelTeam": "team_rehearsal",
    "rung:supabaseOrganization": "rehearsal",
    "vercel:apiToken": "rehearsal-rehearsal-reh1",
    "vercel:team": "team_rehearsal",
    "upstash:apiKey": "rehearsal",
    "upstash:email": "rehearsal@example.com",
    ...cloudflare,
  },
  "hetzner-coolify": {
    "rung:region": "fsn1",
    "rung:sshPublicKeys": JSON.stringify([
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f rehearsal@example.com",
    ]),
    "rung:adminCidrs": JSON.stringify(["203.0.113.0/24"]),
    "hcloud:token": `${"0123456789".repeat(6)}0123`,
    ...cloudflare,
  },
  "aws-ecs": { "rung:region": "eu-central-1", "aws:region": "eu-central-1", ...aws },
  "aws-eks": {
    "rung:regions": JSON.stringify(["eu-central-1", otherRegion]),
    "rung:adminCidrs": JSON.stringify(["203.0.113.0/24"]),
    "aws:region": "eu-central-1",
    ...aws,
  },
  "cloudflare-edge": { ...cloudflare },
};

/**
 * The settings of a rehearsal: everything that a real stack would be told, naming nobody's account.
 * Protection is off, so that the end of the life can be rehearsed as well.
 */
export const rehearsalSettings = (stage: HostedStage, size: Size): Readonly<Record<string, string>> => ({
  "rung:stage": stage,
  "rung:size": size,
  "rung:domain": domain,
  "rung:image": image,
  "rung:owner": "rehearsal",
  "rung:protect": "false",
  ...settings[stage],
});

/** The settings with another region in the lead, where a stage spans several: the one setting that a failover is. */
export const elsewhere = (stage: HostedStage, size: Size): Readonly<Record<string, string>> | undefined =>
  stage === "aws-eks" ? { ...rehearsalSettings(stage, size), "rung:primary": otherRegion } : undefined;
