import { failure } from "../../components/model/diagnostics.ts";
import type { Changes } from "../../engine/pulumi.ts";
import type { Drift } from "../../review/drift.ts";
import { mustLive } from "../living.ts";
import type { Report } from "../progress.ts";
import { loadTarget } from "../target.ts";
import { up } from "../up.ts";

/**
 * Brings the world back to what the code says, with the image that serves.
 * @throws DiagnosticsError (exit code 3) when the code has changes of its own that were not brought out
 */
export async function revert(
  stack: string,
  { waiting }: Pick<Drift, "waiting">,
  report: Report,
  signal: AbortSignal,
): Promise<Changes> {
  if (waiting.length > 0) {
    throw failure(
      `the code changes ${waiting.join(", ")} too, which was not brought out yet`,
      `rung up --stack ${stack} does both; rung review says what that means`,
      "rung drift",
      3,
    );
  }
  const { outputs } = await mustLive(stack);
  const image = outputs.stage === "local" ? {} : { image: outputs.image };
  return up(await loadTarget(stack), { ...image, signal, refresh: true }, report);
}
