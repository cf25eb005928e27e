import { DiagnosticsError, stackSettings } from "../model/diagnostics.ts";
import type { Platform } from "../model/platform.ts";
import type { StageName } from "../model/words.ts";

type Needs = { readonly [K in keyof Platform]?: string };

/** What each stage must be told before it can be made: the setting, and what it is in words. */
export const needs = {
  local: {},
  "vercel-supabase": {
    supabaseOrganization: "the Supabase organization, by its slug",
    cloudflareAccountId: "the Cloudflare account whose R2 takes the dumps",
  },
  "hetzner-coolify": {
    domain: "the public name",
    sshPublicKeys: "who may log in to the servers",
    adminCidrs: "from where administrators come",
    cloudflareAccountId: "the Cloudflare account",
    cloudflareZoneId: "the zone that holds the public name",
  },
  "aws-ecs": {
    region: "the region",
    domain: "the public name",
    route53ZoneId: "the hosted zone of that name",
    budgetUsd: "what a month may cost",
  },
  "aws-eks": {
    regions: "its regions",
    domain: "the public name",
    route53ZoneId: "the hosted zone of that name",
    budgetUsd: "what a month may cost",
  },
  "cloudflare-edge": {
    domain: "the public name",
    cloudflareAccountId: "the Cloudflare account",
    cloudflareZoneId: "the zone that holds the public name",
  },
} as const satisfies Readonly<Record<StageName, Needs>>;

/** A platform whose settings that the stage needs are there. */
export type Told<S extends StageName> = Platform & {
  readonly [K in keyof (typeof needs)[S] & keyof Platform]-?: NonNullable<Platform[K]>;
};

/**
 * What a stage must be told before it can be made.
 * @throws DiagnosticsError naming every setting that is missing
 */
export function mustBeTold<S extends StageName>(platform: Platform, stage: S): Told<S> {
  const needed: Needs = needs[stage];
  const missing = (Object.keys(needed) as (keyof Platform)[]).filter((name) => platform[name] === undefined);
  if (missing.length > 0) {
    throw new DiagnosticsError(
      missing.map((name) => ({
        what: `${stage} must be told ${needed[name]}`,
        where: { file: stackSettings, key: `config.rung:${name}` },
        mend: `set rung:${name}`,
      })),
    );
  }
  // each was just looked at
  return platform as Told<S>;
}

/** The app's image, which a hosted stage is given by digest. @throws DiagnosticsError when it is not */
export function mustHaveImage(image: string | undefined, stage: StageName): string {
  if (image?.includes("@sha256:")) return image;
  throw new DiagnosticsError([
    {
      what: `${stage} must be told the app's image, by digest`,
      where: { file: stackSettings, key: "config.rung:image" },
      ...(image ? { found: image } : {}),
      allowed: "registry/name@sha256:…",
      mend: "rung up builds and pushes it; elsewhere set rung:image to the digest of one that was pushed",
    },
  ]);
}
