import type { Generated } from "../generated.ts";
import type { Values } from "../provider.ts";
import { source } from "./seeded.ts";
import { shuffled } from "./text.ts";

interface IntegerInputs extends Values {
  readonly min: number;
  readonly max: number;
  readonly seed?: string;
}

export const randomInteger: Generated<IntegerInputs> = {
  token: "random:index/randomInteger:RandomInteger",
  defaults: () => ({}),
  judge({ min, max }) {
    if (min === undefined || max === undefined || min <= max) return [];
    return [{ property: "min", reason: `"min" is ${min}, greater than "max", which is ${max}` }];
  },
  generate({ min, max, seed }) {
    const result = min + source(seed)(max - min + 1);
    return { id: String(result), outputs: { result } };
  },
  /** `result,min,max[,seed]` */
  async importing(given) {
    const [result, min, max, ...seed] = given.split(",");
    const numbers = [result, min, max].map(Number);
    if (numbers.some(Number.isNaN))
      throw new Error("an import of RandomInteger takes `result,min,max[,seed]`");
    const inputs = { min: numbers[1], max: numbers[2], ...(seed.length > 0 ? { seed: seed.join(",") } : {}) };
    return { id: String(numbers[0]), inputs, outputs: { result: numbers[0] } };
  },
};

interface ShuffleInputs extends Values {
  readonly inputs: readonly string[];
  readonly resultCount?: number;
  readonly seed?: string;
}

export const randomShuffle: Generated<ShuffleInputs> = {
  token: "random:index/randomShuffle:RandomShuffle",
  defaults: () => ({}),
  generate({ inputs, resultCount = inputs.length, seed }) {
    const next = source(seed);
    const results: string[] = [];
    while (results.length < resultCount && inputs.length > 0) results.push(...shuffled(inputs, next));
    return { id: "-", outputs: { results: results.slice(0, resultCount) } };
  },
};
