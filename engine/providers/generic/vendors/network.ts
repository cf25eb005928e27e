import type { Rule } from "./vendor.ts";

interface Block {
  readonly base: number;
  readonly bits: number;
}

/** An IPv4 block; undefined when the text is none. */
export function block(cidr: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return undefined;
  const parts = match.slice(1, 6).map(Number);
  const bits = parts.pop() ?? 0;
  if (bits > 32 || parts.some((part) => part > 255)) return undefined;
  return { base: parts.reduce((sum, part) => sum * 256 + part, 0), bits };
}

const size = ({ bits }: Block): number => 2 ** (32 - bits);

/** Whether `inner` lies wholly in `outer`. */
export const within = (inner: Block, outer: Block): boolean =>
  inner.base >= outer.base && inner.base + size(inner) <= outer.base + size(outer);

export const overlap = (a: Block, b: Block): boolean =>
  a.base < b.base + size(b) && b.base < a.base + size(a);

/** A block of addresses, with no host bits set. */
export const isBlock: Rule = (value) => {
  if (typeof value !== "string") return undefined;
  if (value.includes(":"))
    return /^[0-9a-f:]+\/\d{1,3}$/i.test(value) ? undefined : `"${value}" is no IPv6 block`;
  const parsed = block(value);
  if (!parsed) return `"${value}" is no IPv4 block such as 10.0.0.0/16`;
  return parsed.base % size(parsed) === 0 ? undefined : `"${value}" has host bits set`;
};

/** The length that a vendor allows. */
export const bitsBetween =
  (least: number, most: number): Rule =>
  (value, inputs, held) => {
    const wrong = isBlock(value, inputs, held);
    if (wrong || typeof value !== "string") return wrong;
    const bits = block(value)?.bits ?? 0;
    return bits < least || bits > most ? `"${value}" must be a block of /${least} to /${most}` : undefined;
  };

export const matches =
  (pattern: RegExp, says: string): Rule =>
  (value) =>
    typeof value === "string" && !pattern.test(value) ? `"${value}" must be ${says}` : undefined;

export const between =
  (least: number, most: number): Rule =>
  (value) =>
    typeof value === "number" && (value < least || value > most)
      ? `${value} must be between ${least} and ${most}`
      : undefined;
