import * as vercel from "@pulumiverse/vercel";
import { child, teamOf, type Vercel } from "./vercel.ts";

/**
 * Vercel's firewall: who asks too often is turned away before a function runs. The free plan has one such rule; paid
 * plans tell robots from people as well.
 */
export function edge(here: Vercel, project: vercel.Project) {
  const { rateLimitPerMinute, bots } = here.plan.edge.detail;
  return new vercel.FirewallConfig(
    "edge",
    {
      ...teamOf(here),
      projectId: project.id,
      enabled: true,
      ...(bots && { managedRulesets: { botProtection: { action: "challenge", active: true } } }),
      rules: {
        rules: [
          {
            name: "one address",
            description: "as often as the spec lets one address ask",
            active: true,
            conditionGroups: [{ conditions: [{ type: "path", op: "pre", value: "/api/" }] }],
            action: {
              action: "rate_limit",
              rateLimit: {
                limit: rateLimitPerMinute,
                window: 60,
                keys: ["ip"],
                algo: "fixed_window",
                action: "deny",
              },
            },
          },
        ],
      },
    },
    child(here),
  );
}
