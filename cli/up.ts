import { loadTarget } from "../operations/target.ts";
import { bring, type ChangeOptions, overridesOf, titleOf } from "./change.ts";

/** Makes or changes a stack, showing what happens, and ends with the addresses. */
export async function up(options: ChangeOptions): Promise<number> {
  const overrides = overridesOf(options);
  const { image } = options;
  const target = await loadTarget(options.stack, overrides);
  return bring(target, { overrides, ...(image && { image }) }, options, titleOf);
}
