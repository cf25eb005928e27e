import { type Logger, pino, stdTimeFunctions } from "pino";
import type { Bindings } from "../bindings.ts";

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

/** Passwords in connection strings, and bearer tokens, wherever an error's message repeats them. */
export const withoutSecrets = (text: string): string =>
  text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]+@/gi, "$1:***@")
    .replace(/\bBearer\s+[\w.~+/=-]+/gi, "Bearer ***")
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, "***");

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

/** An error without what drivers hang on theirs: queries, values, configuration. */
function serialized(error: unknown): object {
  if (!(error instanceof Error)) return { message: withoutSecrets(String(error)) };
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    ...("code" in error && { code: String(error.code) }),
    ...(error.stack && { stack: withoutSecrets(error.stack) }),
    ...(error.cause !== undefined && { cause: serialized(error.cause) }),
  };
}
