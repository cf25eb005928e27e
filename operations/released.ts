import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { exportState, importState, type StateResource, stateOf } from "../engine/pulumi.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { runEngine } from "./engineRun.ts";
import { maskOf } from "./masked.ts";
import type { Report } from "./progress.ts";
import type { FailedRollout, Living } from "./stage.ts";

interface NotReleased {
  readonly toolchain: Toolchain;
  readonly stack: string;
  /** The stack's outputs before the update; undefined when it was the first. */
  readonly before: Readonly<Record<string, unknown>> | undefined;
  readonly failed: FailedRollout;
  readonly living: Living;
}

/**
 * Tells the state what became of an update whose release the platform does not run: what differs is read again, what
 * brings a release out is made anew by the next `up`, and the outputs name the image that serves.
 * @returns the error to end with: the platform's reason and the last lines, secrets masked
 */
export async function notReleased(one: NotReleased, report: Report): Promise<DiagnosticsError> {
  const { toolchain, stack, failed, living } = one;
  // The mask is made from the outputs, before they change.
  const mask = await maskOf(toolchain, stack);
  await lookAgain(one, report);
  await rewrite(one);
  const lines = failed.lines.map((line) => `  ${mask(line)}`);
  return new DiagnosticsError(
    [
      {
        what: [mask(failed.what), ...(lines.length > 0 ? ["", ...lines, ""] : [])].join("\n"),
        where: { file: `rung up of ${stack}` },
        found: living.outputs.image,
        mend: failed.mend,
      },
    ],
    1,
  );
}

/** A failure of this is no reason to hide the other. */
async function lookAgain({ toolchain, stack, failed }: NotReleased, report: Report): Promise<void> {
  const state = await stateOf(toolchain, stack);
  const urns = state.filter(isOneOf(failed.differ)).map(({ urn }) => urn);
  if (urns.length === 0) return;
  const args = urns.flatMap((urn) => ["--target", urn]);
  const { code } = await runEngine({ toolchain, command: "refresh", stack, args }, report);
  if (code === 0) return;
  const text = 'the state could not be refreshed: run "rung refresh"';
  report({ event: "message", severity: "warning", text });
}

const isOneOf =
  (names: readonly string[]) =>
  ({ urn }: StateResource): boolean =>
    names.some((name) => urn.endsWith(`$${name}`) || urn.endsWith(`::${name}`));

interface Exported {
  readonly deployment: { readonly resources: readonly StateResource[] };
}

const exported = async (toolchain: Toolchain, stack: string): Promise<Exported> =>
  (await exportState(toolchain, stack)) as Exported; // Pulumi's own format, version 3

async function rewrite({ toolchain, stack, before, failed }: NotReleased): Promise<void> {
  const state = await exported(toolchain, stack);
  const resources = state.deployment.resources.map((one) => {
    if (one.type === "pulumi:pulumi:Stack") return { ...one, outputs: outputsOf(one, before) };
    // Pulumi's word for what the next update replaces.
    return isOneOf(failed.brings)(one) && !one.delete ? { ...one, taint: true } : one;
  });
  await importState(toolchain, stack, { ...state, deployment: { ...state.deployment, resources } });
}

/** What serves is what served before. */
function outputsOf(stack: StateResource, before: NotReleased["before"]): Record<string, unknown> {
  const { image: _, releases: __, ...others } = stack.outputs ?? {};
  return {
    ...others,
    ...(before?.image !== undefined && { image: before.image }),
    releases: before?.releases ?? [],
  };
}
