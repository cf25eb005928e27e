import * as vercel from "@pulumiverse/vercel";
import { child, teamOf, type Vercel } from "./vercel.ts";

/** Failed deployments, told to the spec's webhooks. The free plan has none. */
export const alerts = (here: Vercel, project: vercel.Project) =>
  here.plan.alerts.detail.webhooks.map(
    (endpoint, index) =>
      new vercel.Webhook(
        `alerts-${index + 1}`,
        {
          ...teamOf(here),
          endpoint,
          events: ["deployment.error", "deployment.canceled"],
          projectIds: [project.id],
        },
        { ...child(here), additionalSecretOutputs: ["secret"] },
      ),
  );
