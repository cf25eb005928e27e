import { createHash } from "node:crypto";

/**
 * Identifiers that a stand-in makes up. They follow from the resource alone, so that a second run
 * makes the same, and carry a checksum, so that one that names nothing is told from a foreign one.
 */

const checkLength = 4;
const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const check = (body: string): string => digest(`rung:${body}`).slice(0, checkLength);

/** `length` (13 to 64) hexadecimal digits for a seed. */
export function hex(seed: string, length: number): string {
  const body = digest(seed).slice(0, length - checkLength);
  return body + check(body);
}

export function uuid(seed: string): string {
  const h = hex(seed, 32);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}

/** Nine digits, as Hetzner counts. */
export function integer(seed: string): number {
  const body = 100_000 + (Number.parseInt(digest(seed).slice(0, 8), 16) % 900_000);
  return body * 1000 + integerCheck(body);
}
const integerCheck = (body: number): number => Number.parseInt(check(String(body)), 16) % 1000;

/** A number in [0, below) for a seed: addresses and the like, which need no checksum. */
export const pick = (seed: string, below: number): number =>
  Number.parseInt(digest(seed).slice(0, 12), 16) % below;

/** Something that only has to look random: passwords, tokens. */
export const opaque = (seed: string, length: number): string => {
  let text = "";
  for (let part = 0; text.length < length; part++) text += digest(`${seed}:${part}`);
  return text.slice(0, length);
};

/** Every identifier in a value that some stand-in must have made. */
export function mintedIn(value: unknown, into: Set<string> = new Set()): Set<string> {
  if (typeof value === "string") {
    for (const run of value
      .replace(/([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-/g, "$1$2$3$4")
      .match(/[0-9a-f]{13,64}/gi) ?? []) {
      const lower = run.toLowerCase();
      if (check(lower.slice(0, -checkLength)) === lower.slice(-checkLength)) into.add(lower);
    }
    for (const run of value.match(/(?<!\d)\d{9}(?!\d)/g) ?? []) addInteger(Number(run), into);
  } else if (typeof value === "number") {
    addInteger(value, into);
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) mintedIn(part, into);
  }
  return into;
}

function addInteger(value: number, into: Set<string>): void {
  if (!Number.isInteger(value) || value < 100_000_000 || value > 999_999_999) return;
  if (integerCheck(Math.floor(value / 1000)) === value % 1000) into.add(String(value));
}
