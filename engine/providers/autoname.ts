import { createHash, randomBytes } from "node:crypto";
import type { Values } from "./provider.ts";

/** The project's `pulumi:autonaming` setting, as the engine passes it on. */
export interface Autonaming {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposed: string;
}

/** Says in a resource's inputs which of them were made up, as the official providers do. */
export const madeUpKey = "__defaults";

/**
 * The name of a resource that was given none: the one it has, if that was made up as well; else its logical name, a
 * dash and seven hex digits.
 * @param seed the engine's, the same in a preview and in the update that follows it from a plan
 * @throws Error when the project switched made-up names off
 */
export function autoname(
  logicalName: string,
  before: Values | undefined,
  seed: Uint8Array | undefined,
  settings: Autonaming | undefined,
): string {
  const had = before?.name;
  if (typeof had === "string" && isMadeUp(before, "name")) return had;
  if (settings?.mode === "disable") {
    throw new Error('"name" is missing, and pulumi:autonaming is disabled in this project: give a name');
  }
  if (settings?.proposed) return settings.proposed;
  const digits = seed?.length
    ? createHash("sha256").update(seed).update(logicalName).digest("hex")
    : randomBytes(4).toString("hex");
  return `${logicalName}-${digits.slice(0, 7)}`;
}

/** Whether an input was made up, not given. */
export function isMadeUp(inputs: Values | undefined, key: string): boolean {
  const madeUp = inputs?.[madeUpKey];
  return Array.isArray(madeUp) && madeUp.includes(key);
}
