/**
 * What the app is told: the same environment variables on every stage, and nothing else.
 * A stage yields a value for each name its capabilities give.
 */
export const bindings = {
  APP_NAME: { secret: false, from: "app", about: "the app's name in the spec" },
  APP_STACK: { secret: false, from: "app", about: "the stack, e.g. `prod`" },
  APP_STAGE: { secret: false, from: "app", about: "the stage, e.g. `aws-ecs`" },
  APP_SIZE: { secret: false, from: "app", about: "the size, e.g. `medium`" },
  APP_VERSION: { secret: false, from: "app", about: "the image's digest or content hash" },
  PORT: { secret: false, from: "app", about: "where the app listens" },
  METRICS_PORT: { secret: false, from: "alerts", about: "where Prometheus metrics are served, inside only" },
  LOG_LEVEL: { secret: false, from: "app", about: "pino's level" },
  DRAIN_SECONDS: { secret: false, from: "app", about: "how long it serves on after SIGTERM" },
  PUBLIC_URL: { secret: false, from: "edge", about: "the address users see" },
  DATABASE_URL: { secret: true, from: "database", about: "PostgreSQL through the pooler, as the app's role" },
  DATABASE_CA: {
    secret: false,
    from: "database",
    about: "the database's certificate authority, PEM, where the system does not trust it by itself",
  },
  DATABASE_POOL_MAX: { secret: false, from: "database", about: "connections a replica may open" },
  EVENTS_ARCHIVED: {
    secret: false,
    from: "database",
    about: "`true` where old months of events go to the archive: cleaning up leaves events alone",
  },
  CACHE_URL: { secret: true, from: "cache", about: "Redis protocol" },
  REALTIME_URL: { secret: true, from: "realtime", about: "publish and subscribe, Redis protocol" },
  STORAGE_ENDPOINT: { secret: false, from: "storage", about: "S3-compatible, path style" },
  STORAGE_REGION: { secret: false, from: "storage", about: "the region to sign for" },
  STORAGE_ACCESS_KEY_ID: { secret: false, from: "storage", about: "the app's own key" },
  STORAGE_SECRET_ACCESS_KEY: { secret: true, from: "storage", about: "the app's own key" },
  STORAGE_SESSION_TOKEN: {
    secret: true,
    from: "storage",
    about: "who the app is, where its key does not say",
  },
  STORAGE_BUCKET_UPLOADS: { secret: false, from: "storage", about: "the bucket for uploads" },
  NODE_EXTRA_CA_CERTS: {
    secret: false,
    from: "secrets",
    about: "a file with the stage's own CA, where it has one",
  },
  AUTH_SECRET: { secret: true, from: "auth", about: "signs sessions" },
  CRON_SECRET: { secret: true, from: "jobs", about: "lets the scheduler in" },
  CORS_ORIGINS: { secret: false, from: "auth", about: "comma-separated allow-list" },
  RATE_LIMIT_PER_MINUTE: { secret: false, from: "auth", about: "requests per client address" },
} as const;

export type BindingName = keyof typeof bindings;
export type Bindings<Value> = { readonly [N in BindingName]?: Value };
