/** Where the law reaches the data. */
export type Jurisdiction = "eu" | "us" | "uk" | "ap";

/** Hetzner's locations (docs.hetzner.com/cloud/general/locations, 2026), and Cloudflare's own words. */
const others: Readonly<Record<string, Jurisdiction>> = {
  fsn1: "eu",
  nbg1: "eu",
  hel1: "eu",
  ash: "us",
  hil: "us",
  sin: "ap",
  eu: "eu",
  us: "us",
};

/**
 * Zurich's (eu-central-2) is Swiss law, London's (eu-west-2) that of the UK. A region outside of what specs can ask for
 * belongs to none.
 * @param region AWS's name, which Supabase and Upstash use too; Hetzner's; or Cloudflare's jurisdiction
 */
export function jurisdictionOf(region: string): Jurisdiction | undefined {
  if (region === "eu-west-2") return "uk";
  if (region === "eu-central-2") return undefined;
  const [, area] = /^(eu|us|ap)-[a-z]+-\d$/.exec(region) ?? [];
  return (area as Jurisdiction | undefined) ?? others[region];
}

/** The places that a blueprint's `region` names, e.g. `eu-central-1, eu-west-1`, and the law of each. */
export const lawsOf = (regions: string): { region: string; law: Jurisdiction | null }[] =>
  regions === "this machine"
    ? []
    : regions.split(/\s*[,+]\s*/).map((region) => ({ region, law: jurisdictionOf(region) ?? null }));
