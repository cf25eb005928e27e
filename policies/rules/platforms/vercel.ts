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
    must: "forks' pull requests are not deployed by themselves, and the source is not shown",
    why: "their code would run with the project's variables",
    mend: "leave gitForkProtection at true and publicSource at false",
    severity: "high",
    controls: [],
    check: all(isNot("gitForkProtection", false), isNot("publicSource", true)),
    good: [{}, { gitForkProtection: true, publicSource: false }],
    bad: [{ gitForkProtection: false }, { publicSource: true }],
  },
  {
    id: "vercel-firewall-on",
    types: ["vercel:index/firewallConfig:FirewallConfig"],
    must: "the firewall is on",
    why: "its rules protect nobody",
    mend: "set enabled: true",
    severity: "high",
    controls: [],
    check: isNot("enabled", false),
    good: [{ enabled: true }],
    bad: [{ enabled: false }],
  },
];
