/** The closed lists that the whole product is built on. */

export const stageNames = [
  "local",
  "vercel-supabase",
  "hetzner-coolify",
  "aws-ecs",
  "aws-eks",
  "cloudflare-edge",
] as const;
/** Where an app runs. */
export type StageName = (typeof stageNames)[number];

export const sizes = ["small", "medium", "large", "xlarge"] as const;
/** How much of it: to 1K, 10K and 100K monthly users, and beyond. */
export type Size = (typeof sizes)[number];

export const monthlyUsers: Record<Size, string> = {
  small: "to 1K monthly users",
  medium: "to 10K monthly users",
  large: "to 100K monthly users",
  xlarge: "beyond 100K monthly users",
};

/** What an app may need, in the order in which data needs them. */
export const capabilities = [
  "network",
  "secrets",
  "dns",
  "storage",
  "database",
  "backup",
  "cache",
  "realtime",
  "auth",
  "app",
  "edge",
  "cdn",
  "jobs",
  "alerts",
] as const;
export type Capability = (typeof capabilities)[number];
