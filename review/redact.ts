import { looksSecret as isSecretName } from "../components/model/secretNames.ts";
import { escaped } from "./read/escaped.ts";
/** What stands in the place of a secret. */
export const hidden = "[secret]";

/** Whether a property, a setting or a variable is taken for a secret, by the last name in its path. */
export function looksSecret(path: string): boolean {
  const last =
    path
      .split(/[.:[\]]/)
      .filter((part) => part !== "" && !/^\d+$/.test(part))
      .at(-1) ?? path;
  return isSecretName(last);
}

/** Shorter values are words that stand everywhere; no password here is that short. */
const shortest = 8;

/** Hides known secrets, as they are and as they stand in addresses, JSON and base64. */
export class Redactor {
  readonly #pattern: RegExp | undefined;

  constructor(secrets: readonly string[]) {
    const forms = new Set(
      secrets
        .filter((secret) => secret.trim().length >= shortest)
        .flatMap((secret) => [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
          Buffer.from(secret).toString("base64"),
          Buffer.from(secret).toString("base64url"),
          ...secret.split("\n").filter((line) => line.length >= 20 && !line.startsWith("-----")),
        ]),
    );
    // The longest first: a secret may hold another.
    const all = [...forms].toSorted((a, b) => b.length - a.length);
    this.#pattern = all.length > 0 ? new RegExp(all.map((form) => escaped(form)).join("|"), "g") : undefined;
  }

  text(value: string): string {
    return this.#pattern ? value.replace(this.#pattern, hidden) : value;
  }

  /** Cleans every text in plain data; keys are left. */
  all<T>(value: T): T {
    return this.#clean(value) as T;
  }

  #clean(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((one) => this.#clean(one));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#clean(one)]));
  }
}

/** How much of a value a reviewer reads. */
const longest = 160;

/** A property's value as text, with secrets hidden before anything is cut off. */
export function shown(redactor: Redactor, path: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (looksSecret(path) && value !== null && typeof value !== "boolean") return hidden;
  const text = redactor.text(typeof value === "string" ? maskedJson(value) : JSON.stringify(masked(value)));
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/** Containers are told variables as `{name, value}`: the name says whether the value is a secret. */
function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  const named = "name" in value && "value" in value ? String(value.name) : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      (looksSecret(key) || (key === "value" && named !== undefined && looksSecret(named))) &&
      typeof one === "string"
        ? hidden
        : masked(one),
    ]),
  );
}

function maskedJson(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text.replace(/(:\/\/[^:/\s]+:)[^@\s]+@/g, `$1${hidden}@`);
  try {
    return JSON.stringify(masked(JSON.parse(text)));
  } catch {
    return text;
  }
}
