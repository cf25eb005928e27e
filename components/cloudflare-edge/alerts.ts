import * as cloudflare from "@pulumi/cloudflare";
import { nameOf } from "../kit/context.ts";
import { child } from "../kit/options.ts";
import { accountOf, type Edge } from "./cloudflare.ts";

/** What Cloudflare tells of on every plan (developers.cloudflare.com/notifications/notification-available, 2026-11). */
const told = {
  incident: "incident_alert",
  certificate: "universal_ssl_event_type",
  attack: "dos_attack_l7",
} as const;

/** Cloudflare's notifications to whom the spec names; without anyone to tell there are none. */
export function alerts(here: Edge): void {
  const { emails, webhooks } = here.plan.alerts.detail;
  if (emails.length + webhooks.length === 0) return;
  const hooks = webhooks.map(
    (url, index) =>
      new cloudflare.NotificationPolicyWebhooks(
        `alerts-${index + 1}`,
        { ...accountOf(here), name: nameOf(here.context, `alerts-${index + 1}`), url },
        child(here),
      ),
  );
  for (const [what, alertType] of Object.entries(told)) {
    new cloudflare.NotificationPolicy(
      `alert-${what}`,
      {
        ...accountOf(here),
        name: nameOf(here.context, what),
        description: `${here.context.spec.name} ${here.context.stack}`,
        alertType,
        enabled: true,
        mechanisms: {
          ...(emails.length > 0 && { emails: emails.map((id) => ({ id })) }),
          ...(hooks.length > 0 && { webhooks: hooks.map(({ id }) => ({ id })) }),
        },
      },
      child(here),
    );
  }
}
