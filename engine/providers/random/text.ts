import { randomInt } from "node:crypto";
import type { Failure, Values } from "../provider.ts";

/** What RandomPassword and RandomString share: which characters, and how many of each kind at least. */
export interface TextInputs extends Values {
  readonly length: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  readonly overrideSpecial?: string;
  readonly minLower: number;
  readonly minUpper: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
}

const usualSpecial = "!@#$%&*()-_=+[]{}<>:?";

/** `number` is the older name of `numeric`. */
export const textDefaults = (given: Values): Values => ({
  lower: true,
  upper: true,
  numeric: given.number ?? true,
  number: given.numeric ?? true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
});

const kinds = (inputs: Partial<TextInputs>) =>
  [
    { name: "lower", on: inputs.lower, from: "abcdefghijklmnopqrstuvwxyz", atLeast: inputs.minLower },
    { name: "upper", on: inputs.upper, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", atLeast: inputs.minUpper },
    { name: "numeric", on: inputs.numeric, from: "0123456789", atLeast: inputs.minNumeric },
    {
      name: "special",
      on: inputs.special,
      from: inputs.overrideSpecial || usualSpecial,
      atLeast: inputs.minSpecial,
    },
  ] as const;

export function judgeText(inputs: Partial<TextInputs>): Failure[] {
  const failures: Failure[] = [];
  const { length } = inputs;
  if (length !== undefined && (!Number.isInteger(length) || length < 1)) {
    failures.push({ property: "length", reason: '"length" must be a whole number of at least 1' });
  }
  const needed = kinds(inputs).reduce((sum, { atLeast = 0 }) => sum + atLeast, 0);
  if (length !== undefined && needed > length) {
    failures.push({
      property: "length",
      reason: `"length" is ${length}; the least counts add up to ${needed}`,
    });
  }
  const some = kinds(inputs).some(({ on, atLeast = 0 }) => on !== false || atLeast > 0);
  if (!some) failures.push({ property: "lower", reason: "no kind of character is allowed" });
  return failures;
}

/** Characters drawn evenly from all kinds, with the least count of each, in random order. */
export function randomText(inputs: TextInputs): string {
  const all = kinds(inputs);
  const least = all.flatMap(({ from, atLeast = 0 }) => Array.from({ length: atLeast }, () => pick(from)));
  const any = all.flatMap(({ on, from }) => (on ? [...from] : [])).join("");
  const rest = Array.from({ length: inputs.length - least.length }, () => pick(any));
  return shuffled([...least, ...rest]).join("");
}

const pick = (from: string): string => from.charAt(randomInt(from.length));

/** Fisher and Yates. `next(n)` gives a whole number below n. */
export function shuffled<T>(values: readonly T[], next: (below: number) => number = randomInt): T[] {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = next(i + 1);
    const [a, b] = [result[i], result[j]];
    if (a === undefined || b === undefined) continue; // both indexes are inside
    result[i] = b;
    result[j] = a;
  }
  return result;
}
