import type { Info, Log } from "../services.ts";
import { serialized, withoutSecrets } from "../withoutSecrets.ts";

const levels = ["debug", "info", "warn", "error"] as const;
type Level = (typeof levels)[number];

const secretField = /^(authorization|cookie|set-cookie|token|password|secret|connectionString)$/i;

/** Structured lines for Workers Logs, in the same form as on every other stage. */
export function logger(least: Level, { name, stack, replica }: Info): Log {
  const say = (level: Level) => (fields: object, message: string) => {
    if (levels.indexOf(level) < levels.indexOf(least)) return;
    const line = {
      level,
      time: new Date().toISOString(),
      app: name,
      stack,
      replica,
      ...fields,
      msg: message,
    };
    console[level](JSON.stringify(line, hide));
  };
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

function hide(field: string, value: unknown): unknown {
  if (secretField.test(field)) return "***";
  if (field === "err") return serialized(value);
  return typeof value === "string" ? withoutSecrets(value) : value;
}
