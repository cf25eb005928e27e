import { z } from "zod";

const url = (...protocols: string[]) =>
  z.url({
    protocol: new RegExp(`^(${protocols.join("|")})$`),
    error: `a URL: ${protocols.join(" or ")}://…`,
  });
const count = (min: number, max: number, standard: number) =>
  z.coerce.number<string>().pipe(z.int().min(min).max(max)).prefault(String(standard));
const port = z.coerce.number<string>().pipe(z.int().min(1).max(65535));
const secret = (length: number) => z.string().min(length, `at least ${length} characters`);
const origins = z
  .string()
  .default("")
  .transform((list) =>
    list
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== ""),
  )
  .pipe(z.array(z.url().transform((one) => new URL(one).origin)));

/** What the app is told by its environment. The one definition: type, check and docs come from it. */
export const bindingsSchema = z.object({
  APP_NAME: z.string().min(1).default("pulse").describe("The app's name."),
  APP_STACK: z.string().min(1).default("dev").describe("The stack, e.g. `prod`."),
  APP_STAGE: z.string().min(1).default("local").describe("The stage, e.g. `aws-ecs`."),
  APP_SIZE: z.string().min(1).default("small").describe("The size, e.g. `medium`."),
  APP_VERSION: z.string().min(1).default("unknown").describe("The image's digest or content hash."),
  PORT: port.prefault("3000").describe("Where the app listens."),
  METRICS_PORT: port.optional().describe("Where Prometheus' metrics are; left out: nowhere."),
  PUBLIC_URL: url("https", "http").describe("The address that users see."),
  LOG_LEVEL: z.literal(["debug", "info", "warn", "error"]).default("info").describe("How much is logged."),
  DRAIN_SECONDS: count(0, 60, 3).describe("How long it serves on after SIGTERM."),
  DATABASE_URL: url("postgresql", "postgres").describe("PostgreSQL; a pooler in transaction mode will do."),
  DATABASE_POOL_MAX: count(2, 200, 10).describe("Connections that a replica may open."),
  DATABASE_CA: z.string().startsWith("-----BEGIN").optional().describe("The database's CA, PEM."),
  EVENTS_ARCHIVED: z
    .literal(["true", "false"])
    .default("false")
    .transform((said) => said === "true")
    .describe("Old months go to the archive: cleaning up leaves events alone."),
  CACHE_URL: url("rediss?").describe("Valkey or Redis."),
  REALTIME_URL: url("rediss?").describe("Valkey or Redis, for publish and subscribe."),
  STORAGE_ENDPOINT: url("https", "http").describe("S3-compatible storage, path style."),
  STORAGE_REGION: z.string().min(1).default("auto").describe("The region to sign for."),
  STORAGE_ACCESS_KEY_ID: z
    .string()
    .min(1)
    .optional()
    .describe("The app's own key; left out: its container's role."),
  STORAGE_SECRET_ACCESS_KEY: secret(1).optional().describe("The app's own key."),
  STORAGE_SESSION_TOKEN: secret(1)
    .optional()
    .describe("Who the app is to the storage, where its key does not say."),
  STORAGE_BUCKET_UPLOADS: z.string().min(3).describe("The bucket of uploaded files."),
  AUTH_SECRET: secret(32).describe("Signs sessions."),
  CRON_SECRET: secret(16).describe("Lets the scheduler in."),
  CORS_ORIGINS: origins.describe("Other origins that browsers may call from, with commas between."),
  RATE_LIMIT_PER_MINUTE: count(1, 1_000_000, 600).describe("Requests that a client's address may make."),
});

export type Bindings = z.output<typeof bindingsSchema>;

/** The environment is not as it should be. Names each variable; never says what stood in it. */
export class BindingsError extends Error {
  readonly problems: readonly { readonly name: string; readonly problem: string }[];

  constructor(problems: BindingsError["problems"]) {
    super(`wrong bindings:\n${problems.map(({ name, problem }) => `  ${name}: ${problem}`).join("\n")}`);
    this.name = "BindingsError";
    this.problems = problems;
  }
}

/**
 * Checks the environment and returns it typed, defaults filled in. An empty variable counts as left out.
 * @throws BindingsError with every problem at once
 */
export function readBindings(environment: Readonly<Record<string, string | undefined>>): Bindings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = bindingsSchema.safeParse(given);
  if (result.success) return result.data;
  throw new BindingsError(
    result.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return { name, problem: given[name] === undefined ? "is missing" : message };
    }),
  );
}
