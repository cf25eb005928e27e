import { loadTarget } from "../operations/target.ts";
import { bring, type ChangeOptions, overridesOf, titleOf } from "./change.ts";

/** Makes or changes a stack, showing what happens, and ends with the addresses. */
export async function up(options: ChangeOptions & { withoutDrill?: string }): Promise<number> {
  const overrides = overridesOf(options);
  const { image, withoutDrill } = options;
  const target = await loadTarget(options.stack, overrides);
  const told = { overrides, ...(image && { image }), ...(withoutDrill && { noDrill: withoutDrill }) };
  return bring(target, told, options, titleOf);
}
