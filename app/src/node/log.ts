import { type Logger, pino, stdTimeFunctions } from "pino";
import type { Bindings } from "../bindings.ts";
import { serialized } from "../withoutSecrets.ts";

/** Names of fields that hold secrets, at the depths where they may turn up. */
const secretFields = [
  "authorization",
  "cookie",
  "token",
  "password",
  "secret",
  "connectionString",
  "set-cookie",
];

/** Structured lines on stdout. */
export function logger(
  bindings: Pick<Bindings, "LOG_LEVEL" | "APP_NAME" | "APP_STACK">,
  replica: string,
): Logger {
  return pino({
    level: bindings.LOG_LEVEL,
    base: { app: bindings.APP_NAME, stack: bindings.APP_STACK, replica },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: secretFields.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
      censor: "***",
    },
    serializers: { err: serialized },
  });
}
