/** Passwords in connection strings, and bearer tokens, wherever an error's message repeats them. */
export const withoutSecrets = (text: string): string =>
  text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]+@/gi, "$1:***@")
    .replace(/\bBearer\s+[\w.~+/=-]+/gi, "Bearer ***")
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, "***");

/** An error without what drivers hang on theirs: queries, values, configuration. */
export function serialized(error: unknown): object {
  if (!(error instanceof Error)) return { message: withoutSecrets(String(error)) };
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    ...("code" in error && { code: String(error.code) }),
    ...(error.stack && { stack: withoutSecrets(error.stack) }),
    ...(error.cause !== undefined && { cause: serialized(error.cause) }),
  };
}
