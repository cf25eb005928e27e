import upstashFacts from "../facts/upstash.json" with { type: "json" };
import vercelFacts from "../facts/vercel.json" with { type: "json" };
import { hex, opaque, uuid } from "../mint.ts";
import { text } from "../values.ts";
import { matches } from "./network.ts";
import type { Vendor } from "./vendor.ts";

const vercelPrefixes: Readonly<Record<string, string>> = {
  "vercel:index/project:Project": "prj_",
  "vercel:index/deployment:Deployment": "dpl_",
  "vercel:index/edgeConfig:EdgeConfig": "ecfg_",
  "vercel:index/webhook:Webhook": "hook_",
};

export const vercel: Vendor = {
  autoname: true,
  scope: (config, inputs) => text(inputs.teamId) ?? config.team ?? "personal",
  id: ({ type, seed, inputs }) => {
    if (type === "vercel:index/projectDomain:ProjectDomain") return text(inputs.domain) ?? hex(seed, 24);
    // One of these belongs to a project and goes by its id.
    const own =
      /:(ProjectCrons|FirewallConfig|ProjectDeploymentRetention|ProjectMembers|AttackChallengeMode|ProjectRollingRelease)$/;
    if (own.test(type)) return text(inputs.projectId) ?? hex(seed, 24);
    return `${vercelPrefixes[type] ?? ""}${hex(seed, 24)}`;
  },
  value: ({ inputs }, property) =>
    property === "teamId" ? (text(inputs.teamId) ?? "team_rehearsal") : undefined,
  replaces: vercelFacts.replaces,
  values: vercelFacts.values,
  unique: {
    "vercel:index/project:Project": ["name"],
    "vercel:index/projectDomain:ProjectDomain": ["domain"],
  },
  heldBy: {},
  // stringvalidator.ExactlyOneOf of both kinds of variable.
  precondition: (type, { value, valueWo }) =>
    /nvironmentVariable$/.test(type) && (value === undefined) === (valueWo === undefined)
      ? "exactly one of value and valueWo is required"
      : undefined,
  rules: {
    "vercel:index/project:Project": {
      name: matches(/^(?!.*---)[a-z0-9._-]{1,100}$/, "up to 100 lower-case letters, digits, ., _ and -"),
    },
  },
  functions: {},
};

export const upstash: Vendor = {
  autoname: false,
  scope: () => "team",
  id: ({ seed }) => uuid(seed),
  value: ({ seed, id, name }, property) => {
    if (property === "databaseId") return id;
    if (property === "endpoint") return `${name}-${opaque(seed, 5)}.upstash.io`;
    if (property === "port") return 6379;
    if (property === "state") return "active";
    return undefined;
  },
  replaces: upstashFacts.replaces,
  unique: { "upstash:index/redisDatabase:RedisDatabase": ["databaseName"] },
  functions: {},
};

/** Any other bridged SDK: what its declarations say, and ids of no particular shape. */
export const anyVendor: Vendor = {
  autoname: true,
  scope: () => "account",
  id: ({ seed }) => uuid(seed),
  replaces: {},
};
