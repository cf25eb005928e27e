import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Pair,
  parseDocument,
  type Scalar,
  stringify,
} from "yaml";
import type { Json, Written } from "./specFile.ts";

/**
 * Writes one setting into the text of a `Pulumi.<stack>.yaml`, and leaves every other character as it stands.
 * @param key e.g. `rung:budgetUsd`
 */
export function inSettingsFile(source: string, key: string, value: Json): Written {
  const document = parseDocument(source, { lineCounter: new LineCounter() });
  const [problem] = document.errors;
  if (problem) return { cannot: `it cannot be read: ${problem.message.split("\n")[0]}` };
  const config = document.get("config", true);
  const isEmpty = isMap(config) ? config.items.length === 0 : isScalar(config) && config.value === null;
  if (config === undefined || config === null || isEmpty) {
    const text = `config:\n  ${key}: ${scalar(value)}\n`;
    const pair = isMap(document.contents) && document.contents.items.find(isConfig);
    if (!pair) return { text: `${source}${source === "" || source.endsWith("\n") ? "" : "\n"}${text}` };
    const [from, to] = lineOf(source, (pair.key as Scalar).range?.[0] ?? 0); // isConfig saw a scalar
    return { text: source.slice(0, from) + text + source.slice(to) };
  }
  if (!isMap(config)) return { cannot: '"config" is no map' };
  const pair = config.items.find((one) => isScalar(one.key) && one.key.value === key);
  const isFlow = config.flow === true;
  if (!pair)
    return {
      text: added(source, config.items, `${key}: ${isFlow ? JSON.stringify(value) : scalar(value)}`, isFlow),
    };
  const held = pair.value;
  if (isAlias(held)) return { cannot: `${key} is an alias of another value` };
  if (isMap(held)) return { cannot: `${key} is encrypted: pulumi config set says another` };
  const range = (held as Scalar | null)?.range;
  if (!range) return { cannot: `${key} has no value that can be replaced` };
  const [from, to] = range;
  const isQuoted = isScalar(held) && held.type?.startsWith("QUOTE") === true;
  const said =
    isQuoted && !Array.isArray(value)
      ? JSON.stringify(String(value))
      : isFlow
        ? JSON.stringify(value)
        : scalar(value);
  const glue = from > 0 && source[from - 1] === ":" ? " " : "";
  // A block list begins on a line of its own; what replaces it stands behind its key.
  const isBlock = Array.isArray(value) || source.slice(from, to).startsWith("-");
  if (!isBlock) return { text: source.slice(0, from) + glue + said + source.slice(to) };
  const [, , keyEnd = from] = (pair.key as Scalar).range ?? [];
  const colon = source.indexOf(":", keyEnd - (source[keyEnd - 1] === ":" ? 1 : 0));
  const end = source.slice(0, to).trimEnd().length;
  return { text: `${source.slice(0, colon + 1)} ${said}${source.slice(end)}` };
}

const isConfig = (one: Pair): boolean => isScalar(one.key) && one.key.value === "config";

/** Lists as JSON, which is YAML: no indentation to get wrong. Pulumi reads by YAML 1.1, where `no` is no word. */
const scalar = (value: Json): string =>
  Array.isArray(value) ? JSON.stringify(value) : stringify(value, { lineWidth: 0, version: "1.1" }).trimEnd();

const lineOf = (source: string, offset: number): readonly [from: number, to: number] => {
  const end = source.indexOf("\n", offset);
  return [source.lastIndexOf("\n", offset - 1) + 1, end === -1 ? source.length : end + 1];
};

/** A new last key of the map, indented as the others are. */
function added(source: string, items: readonly Pair[], said: string, flow: boolean): string {
  const last = items.at(-1);
  const range = (last?.value as Scalar | null)?.range ?? (last?.key as Scalar | undefined)?.range;
  const end = range?.[1] ?? source.length;
  if (flow) return `${source.slice(0, end)}, ${said}${source.slice(end)}`;
  const start = (last?.key as Scalar | undefined)?.range?.[0] ?? 0; // every key of a map that is not empty is one
  const indent = source.slice(lineOf(source, start)[0], start);
  const newline = source.includes("\r\n") ? "\r\n" : "\n";
  const value = source.slice(0, end).trimEnd().length;
  const lineEnd = lineOf(source, Math.max(value - 1, start))[1];
  const before = source.slice(0, lineEnd);
  return `${before}${before.endsWith("\n") ? "" : newline}${indent}${said}${newline}${source.slice(lineEnd)}`;
}
