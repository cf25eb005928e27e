import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { DiagnosticsError } from "../../components/model/diagnostics.ts";
import { settingsFile } from "../../stacks/settings.ts";
import type { Tree } from "../trees.ts";

/** A stack's settings in one tree, and where each stands. */
export interface StackSettings {
  readonly file: string;
  /** As text, e.g. `rung:size` → `small`; lists as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Encrypted in the file: the ciphertext, to tell whether it changed. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly lines: Readonly<Record<string, number>>;
}

/**
 * Reads `Pulumi.<stack>.yaml` of a tree; undefined when there is none.
 * @throws DiagnosticsError when it is not YAML
 */
export async function settingsOf(tree: Tree, stack: string): Promise<StackSettings | undefined> {
  const file = settingsFile(stack);
  const text = await readFile(join(tree.folder, file), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0) {
    throw new DiagnosticsError(
      document.errors.map((error) => ({ what: error.message.split("\n")[0] ?? "not YAML", where: { file } })),
    );
  }
  const settings = {
    file,
    values: {} as Record<string, string>,
    secrets: {} as Record<string, string>,
    lines: {} as Record<string, number>,
  };
  const config = document.get("config");
  for (const { key, value } of isMap(config) ? config.items : []) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    const plain = (value as { toJSON?(): unknown } | null)?.toJSON?.() ?? null;
    settings.lines[name] = counter.linePos(key.range?.[0] ?? 0).line;
    const secret = secretIn(plain);
    if (secret !== undefined) settings.secrets[name] = secret;
    else settings.values[name] = typeof plain === "string" ? plain : JSON.stringify(plain);
  }
  return settings;
}

/** Pulumi writes an encrypted setting as `{secure: …}`, also deep inside of another. */
function secretIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const all = JSON.stringify(value);
  return /"secure":"/.test(all) ? all : undefined;
}
