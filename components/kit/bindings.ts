import type { Output } from "@pulumi/pulumi";
import type { Bindings } from "../model/bindings.ts";
import type { StackContext } from "./context.ts";

/** Bindings that no single capability gives, on every stage where the app is a container. */
export const ofApp = (
  context: StackContext,
  version: Output<string> | string,
  url: Output<string> | string,
) =>
  ({
    APP_NAME: context.spec.name,
    APP_STACK: context.stack,
    APP_STAGE: context.stage,
    APP_SIZE: context.size,
    APP_VERSION: version,
    PORT: String(context.spec.container.port),
    LOG_LEVEL: "info",
    DRAIN_SECONDS: String(context.spec.container.drainSeconds),
    PUBLIC_URL: url,
    ...(context.spec.database?.archive && { EVENTS_ARCHIVED: "true" }),
  }) satisfies Bindings<Output<string> | string>;

/** Who may call the app, and how often; sessions are its own. */
export const ofAuth = (context: StackContext) =>
  ({
    CORS_ORIGINS: context.spec.auth.corsOrigins.join(","),
    RATE_LIMIT_PER_MINUTE: String(context.rateLimitPerMinute),
  }) satisfies Bindings<Output<string> | string>;
