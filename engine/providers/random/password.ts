import bcrypt from "bcryptjs";
import type { Generated } from "../generated.ts";
import type { Values } from "../provider.ts";
import { judgeText, randomText, type TextInputs, textDefaults } from "./text.ts";

/** bcrypt's cost, as the official provider takes it. */
const cost = 10;

async function outputsOf(result: string): Promise<Values> {
  return { result, bcryptHash: await bcrypt.hash(result, cost) };
}

export const randomPassword: Generated<TextInputs> = {
  token: "random:index/randomPassword:RandomPassword",
  defaults: textDefaults,
  judge: judgeText,
  generate: async (inputs) => ({ id: "none", outputs: await outputsOf(randomText(inputs)) }),
  /** The id is the password itself; it is not kept as the id. */
  importing: async (result) => ({
    id: "none",
    inputs: { length: result.length },
    outputs: await outputsOf(result),
  }),
};

export const randomString: Generated<TextInputs> = {
  token: "random:index/randomString:RandomString",
  defaults: textDefaults,
  judge: judgeText,
  generate(inputs) {
    const result = randomText(inputs);
    return { id: result, outputs: { result } };
  },
  importing: async (result) => ({ id: result, inputs: { length: result.length }, outputs: { result } }),
};
