import type { Hetzner } from "./coolify.ts";

/** Sessions are the app's own; it is told who may call it, and how often. */
export const auth = ({ context }: Hetzner) => ({
  CORS_ORIGINS: context.spec.auth.corsOrigins.join(","),
  RATE_LIMIT_PER_MINUTE: String(context.rateLimitPerMinute),
});
