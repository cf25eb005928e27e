import type { Ecs } from "./ecs.ts";

/** Sessions are the app's own; it is told who may call it, and how often. The secret that signs them is in `secrets`. */
export const auth = ({ context }: Ecs) => ({
  CORS_ORIGINS: context.spec.auth.corsOrigins.join(","),
  RATE_LIMIT_PER_MINUTE: String(context.rateLimitPerMinute),
});
