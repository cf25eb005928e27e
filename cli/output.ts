import { failure } from "../components/model/diagnostics.ts";
import { stackOutputs } from "../engine/pulumi.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { loadTarget } from "../operations/target.ts";
import type { StackOptions } from "./change.ts";

/**
 * Prints a stack's outputs as JSON, or one of them: text as it is, for `$(…)`. Secrets read `[secret]` unless
 * `--show-secrets` is said.
 */
export async function output(
  name: string | undefined,
  options: StackOptions & { showSecrets?: boolean },
): Promise<number> {
  await loadTarget(options.stack);
  const all = await stackOutputs(
    await ensureToolchain(),
    options.stack,
    options.showSecrets ? "show" : "mask",
  );
  if (!all) throw failure(`the stack ${options.stack} is not up`, `rung up --stack ${options.stack}`);
  const value = name === undefined ? all : all[name];
  if (value === undefined) {
    throw failure(
      `there is no output ${name}`,
      `choose one of: ${Object.keys(all).join(", ")}`,
      "rung output",
      64,
    );
  }
  process.stdout.write(`${typeof value === "string" ? value.trimEnd() : JSON.stringify(value, null, 2)}\n`);
  return 0;
}
