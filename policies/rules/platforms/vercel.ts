import { looksSecret } from "../../../components/model/secretNames.ts";
import { all, is, isNot, type Rule, where } from "../../model.ts";

/** The addresses of stores hold their passwords. */
const isSecret = (name: string): boolean => looksSecret(name) || /^(DATABASE|CACHE|REALTIME)_URL$/.test(name);

/** Vercel. */
export const vercel: readonly Rule[] = [
  {
    id: "vercel-variables-sensitive",
    types: ["vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable"],
    must: "secrets at Vercel are sensitive, and not given to previews with production's values",
    why: "others can be read back by whoever may see the project",
    mend: "set sensitive: true, and a target of its own for production",
    severity: "critical",
    controls: [],
    check: where(
      (see) => isSecret(String(see.at("key"))),
      all(is("sensitive", true), (see) => {
        const targets = see.list("targets");
        return targets.includes("production") && targets.length > 1
          ? `targets are ${targets.join(", ")}`
          : undefined;
      }),
    ),
    good: [{ key: "AUTH_SECRET", sensitive: true, targets: ["production"] }, { key: "APP_NAME" }],
    bad: [
      { key: "AUTH_SECRET", sensitive: false, targets: ["production"] },
      { key: "DATABASE_URL", sensitive: true, targets: ["production", "preview"] },
    ],
  },
  {
    id: "vercel-forks-apart",
    types: ["vercel:index/project:Project"],
    must: "pull requests are not deployed by themselves, and neither source nor folders are shown",
    why: "their code would run with the project's variables",
    mend: "leave gitForkProtection and previewDeploymentsDisabled at true, publicSource and directoryListing at false",
    severity: "high",
    controls: [],
    check: all(
      isNot("gitForkProtection", false),
      isNot("publicSource", true),
      isNot("directoryListing", true),
      isNot("previewDeploymentsDisabled", false),
    ),
    good: [{}, { gitForkProtection: true, publicSource: false }],
    bad: [
      { gitForkProtection: false },
      { publicSource: true },
      { directoryListing: true },
      { previewDeploymentsDisabled: false },
    ],
  },
  {
    id: "vercel-firewall-on",
    types: ["vercel:index/firewallConfig:FirewallConfig"],
    must: "the firewall is on, with its rules",
    why: "a rule that is off protects nobody",
    mend: "set enabled: true, and active: true in each rule",
    severity: "high",
    controls: [],
    check: all(isNot("enabled", false), (see) => {
      const { botProtection } = (see.at("managedRulesets") ?? {}) as {
        botProtection?: { active?: boolean };
      };
      if (botProtection?.active === false) return "botProtection is off";
      const own = see.list("rules.rules") as readonly {
        name?: string;
        active?: boolean;
        conditionGroups?: readonly { conditions?: readonly unknown[] }[];
      }[];
      if (own.length === 0) return "it has no rules";
      const idle = own.find(
        ({ active, conditionGroups = [] }) =>
          active === false || conditionGroups.some(({ conditions = [] }) => conditions.length === 0),
      );
      return idle && `rule ${idle.name ?? "without a name"} does nothing`;
    }),
    good: [{ enabled: true, rules: { rules: [{ active: true }] } }],
    bad: [
      { enabled: false, rules: { rules: [{}] } },
      { enabled: true },
      { rules: { rules: [{ active: false }] } },
      { rules: { rules: [{ conditionGroups: [{ conditions: [] }] }] } },
      { managedRulesets: { botProtection: { active: false } }, rules: { rules: [{}] } },
    ],
  },
];
