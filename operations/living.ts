import { failure } from "../components/model/diagnostics.ts";
import type { StageName } from "../components/model/words.ts";
import { stateFolder } from "../engine/backend.ts";
import { readCheckpoint, stackOutputs } from "../engine/pulumi.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import type { Living, LivingOutputs } from "./stage.ts";
import { loadTarget, type Target } from "./target.ts";

/** A stack as it lives: its stage and size are those of its outputs, whatever the settings say by now. */
export interface Look {
  readonly target: Target;
  /** Undefined when nothing was brought up yet, or all of it was taken down. */
  readonly living: Living | undefined;
}

/**
 * Reads a stack's settings and outputs; secrets stay masked.
 * @param known its target, where its settings are not yet written
 */
export async function look(stack: string, known?: Target): Promise<Look> {
  const target = known ?? (await loadTarget(stack));
  const outputs = await stackOutputs(await ensureToolchain(), stack);
  if (outputs?.parts === undefined || (await isDown(stack))) return { target, living: undefined };
  // as `stacks/program.ts` yields them
  const said = outputs as unknown as LivingOutputs;
  const context = { ...target.context, stage: said.stage as StageName };
  return { target, living: { context, outputs: said } };
}

/**
 * The stack, which must have been brought up.
 * @throws DiagnosticsError when it is not
 */
export async function mustLive(stack: string): Promise<Living> {
  const { living } = await look(stack);
  if (living) return living;
  throw failure(`the stack ${stack} is not up`, `rung up --stack ${stack}`, "rung");
}

/** After a `down` the outputs still stand in the state, but nothing is left that is not protected. */
async function isDown(stack: string): Promise<boolean> {
  if (!stateFolder()) return false; // only Pulumi can read it, and an extra look would cost seconds
  const checkpoint = await readCheckpoint(stack);
  return !checkpoint?.resources.some(
    ({ type, custom, protect }) => custom && !protect && !type.startsWith("pulumi:"),
  );
}
