import { loadTarget } from "../operations/target.ts";
import { bring, type ChangeOptions, overridesOf, titleOf } from "./change.ts";

/** Makes or changes a stack, showing what happens, and ends with the addresses. */
export async function up(options: ChangeOptions): Promise<number> {
  const overrides = overridesOf(options);
  return bring(await loadTarget(options.stack, overrides), { overrides }, options, titleOf);
}
