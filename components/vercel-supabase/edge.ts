import * as vercel from "@pulumiverse/vercel";
import { child, teamOf, type Vercel } from "./vercel.ts";

/** What programs call: the scheduler, whoever watches the app, its own clients. */
const api = [{ conditions: [{ type: "path", op: "pre", value: "/api/" }] }];

/**
 * Vercel's firewall: who asks too often is turned away before a function runs. The free plan has one such rule; paid
 * plans tell robots from people as well, on the pages alone: a program cannot solve a challenge.
 */
export function edge(here: Vercel, project: vercel.Project) {
  const { bots } = here.plan.edge.detail;
  const rateLimit = {
    name: "one address",
    description: "as often as the spec lets one address ask",
    active: true,
    conditionGroups: api,
    action: {
      action: "rate_limit",
      rateLimit: {
        limit: here.context.rateLimitPerMinute,
        window: 60,
        keys: ["ip"],
        algo: "fixed_window",
        action: "deny",
      },
    },
  };
  const programs = {
    name: "programs",
    description: "the API is called by programs: no challenge there",
    active: true,
    conditionGroups: api,
    action: { action: "bypass" },
  };
  return new vercel.FirewallConfig(
    "edge",
    {
      ...teamOf(here),
      projectId: project.id,
      enabled: true,
      ...(bots && { managedRulesets: { botProtection: { action: "challenge", active: true } } }),
      // In this order: what may pass the challenges is held to its rate before.
      rules: { rules: bots ? [rateLimit, programs] : [rateLimit] },
    },
    child(here),
  );
}
