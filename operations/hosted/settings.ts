import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { root } from "../../engine/paths.ts";
import { ask } from "../../engine/pulumi.ts";
import { engineSettings } from "../../engine/settingsFile.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { settingsFile } from "../../stacks/settings.ts";

/**
 * A provider's own setting, as the engine would read it: from the stack's settings file, decrypted if it is secret.
 * @param key with its namespace, e.g. `vercel:apiToken`
 */
export async function providerSetting(stack: string, key: string): Promise<string | undefined> {
  const text = await readFile(join(root, settingsFile(stack)), "utf8").catch(() => "");
  const value: unknown = parseDocument(text).getIn(["config", key]);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object") return String(value);
  const { configFile } = await engineSettings(stack);
  const args = ["config", "get", key, "--stack", stack, "--config-file", configFile];
  const { code, stdout } = await ask(await ensureToolchain(), args);
  return code === 0 ? stdout.trim() : undefined;
}
