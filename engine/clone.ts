import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "./paths.ts";

/**
 * Tells this clone's things on the machine from those of another clone with a stack of the same name. Kept in
 * `.rung/`, beside the state: it moves with it.
 * @returns twelve hexadecimal digits
 */
export function cloneId(): string {
  const file = join(paths.own, "id");
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    mkdirSync(paths.own, { recursive: true });
  }
  try {
    writeFileSync(file, `${randomBytes(6).toString("hex")}\n`, { flag: "wx" });
  } catch (error) {
    // another rung of this clone was first
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}
