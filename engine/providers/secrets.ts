import { same } from "./generic/values.ts";
import type { Values } from "./provider.ts";
import type { Received, SecretParts } from "./wire.ts";

/**
 * Which outputs are secret: those that always are, and those that repeat a secret input. A property that came back
 * changed is secret as a whole if any part of it was.
 */
export function secretsOfOutputs(
  outputs: Values,
  always: readonly string[],
  sources: readonly Received[],
): SecretParts | undefined {
  const found: Record<string, SecretParts> = {};
  for (const { values, secrets } of sources) {
    if (secrets === undefined || secrets === true) continue;
    for (const [key, parts] of Object.entries(secrets)) {
      if (!(key in outputs) || found[key] === true) continue;
      const unchanged = same(values[key], outputs[key]);
      if (!unchanged || found[key] === undefined) found[key] = unchanged ? parts : true;
    }
  }
  for (const key of always) if (key in outputs) found[key] = true;
  return Object.keys(found).length > 0 ? found : undefined;
}

/** Shorter secrets would mask half of any text. */
const shortest = 3;

/**
 * Masks secret texts wherever they stand in a text. Of `KEY=value` the value alone is masked too, of a text of many
 * lines each longer line.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap(formsOf).filter((form) => form.length >= shortest));
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((masked, form) => masked.replaceAll(form, "[secret]"), text);
}

function formsOf(secret: string): string[] {
  const value = /^[A-Za-z_][A-Za-z0-9_]*=([\s\S]*)$/.exec(secret)?.[1];
  const whole = value === undefined ? [secret] : [value];
  const lines = whole.flatMap((text) => text.split(/\r?\n/)).filter((line) => line.length >= 12);
  return [...whole, ...whole.map((text) => JSON.stringify(text).slice(1, -1)), ...lines];
}
