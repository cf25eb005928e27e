import { createHash, randomInt } from "node:crypto";

/**
 * Whole numbers below a bound: really random, or the same sequence for the same seed. The official provider's seeded
 * sequence is another one; what is kept in a state stays as it is.
 */
export function source(seed: string | undefined): (below: number) => number {
  if (!seed) return (below) => randomInt(below);
  let count = 0;
  return (below) => {
    const digest = createHash("sha256").update(`${seed}/${count++}`).digest();
    return Number(digest.readBigUInt64BE() % BigInt(below));
  };
}
