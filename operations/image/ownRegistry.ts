import { failure } from "../../components/model/diagnostics.ts";
import { stackOutputs } from "../../engine/pulumi.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import { run } from "../engineRun.ts";
import type { Report } from "../progress.ts";

/** How the registry that a stage makes for itself is found, and made when it is not there yet. */
export interface OwnRegistry {
  /** Its host and path, from the stack's outputs. */
  find(): Promise<string | undefined>;
  make(): Promise<string>;
}

/** Only these are made, and what they stand on: what a torn first `up` had made besides is left alone. */
const targets = ["**:Stage::*", "**::registry", "**::key-data"] as const;

/** By the stack's outputs, and by an update of the registry alone. Call `make` inside the stack's lock. */
export const registryOf = (toolchain: Toolchain, stack: string, report: Report): OwnRegistry => {
  const find = async () => {
    const found = (await stackOutputs(toolchain, stack))?.registry;
    return typeof found === "string" ? found : undefined;
  };
  return {
    find,
    async make() {
      const args = targets.flatMap((urn) => ["--target", urn]);
      await run({ toolchain, command: "up", stack, args, env: { RUNG_ONLY: "registry" } }, report);
      const made = await find();
      if (made !== undefined) return made;
      throw failure("the stage made no registry", "see what the engine said; or set rung:registry");
    },
  };
};
