/** What a tier needs beside Node, in the order in which tiers run: the quickest to fail first. */
export const tiers = {
  check: [],
  unit: [],
  workers: [],
  promote: ["postgresql"],
  rehearsal: ["engine"],
  local: ["engine", "docker", "browser"],
  hold: ["engine", "docker"],
  load: ["engine", "docker"],
  slow: ["engine", "docker", "postgresql"],
} as const;

export type Tier = keyof typeof tiers;

export const tierNames = Object.keys(tiers) as Tier[];
