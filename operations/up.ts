import { DiagnosticsError, failure } from "../components/model/diagnostics.ts";
import { ensureBaseImage } from "../engine/baseImage.ts";
import { linuxBinary } from "../engine/binaries.ts";
import { ensureDocker } from "../engine/docker.ts";
import { withStackLock } from "../engine/lock.ts";
import { type Changes, ensureStack, exportState, importState, readCheckpoint } from "../engine/pulumi.ts";
import { ensureToolchain, type Toolchain } from "../engine/toolchain.ts";
import { mustSucceed, runEngine } from "./engineRun.ts";
import { takenPorts } from "./local/ports.ts";
import { recover } from "./local/recover.ts";
import { type Report, step } from "./progress.ts";
import type { Target } from "./target.ts";

/** Pulumi and Docker, ready to work. */
export async function prepare(report: Report): Promise<Toolchain> {
  const toolchain = await step(report, "toolchain", (say) => ensureToolchain(say));
  await step(report, "docker", async (say) => {
    await ensureDocker(say);
    await ensureBaseImage(say);
    for (const name of ["node", "dbmate", "versitygw", "supercronic"] as const)
      await linuxBinary(name, undefined, say);
  });
  return toolchain;
}

/** What a run may be told beyond the settings. */
export interface UpOptions {
  /** The app's image instead of the one the settings or sources say; a rollback's. */
  readonly image?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Makes or changes a stack. Everything that can be checked is, before anything is touched; what a killed run left is
 * put right first.
 * @throws DiagnosticsError when something is in the way, or the engine fails
 */
export async function up(target: Target, options: UpOptions, report: Report): Promise<Changes> {
  const { context } = target;
  const toolchain = await prepare(report);
  const onWait = (text: string) => report({ event: "message", severity: "warning", text });
  return withStackLock(context.stack, { doing: "rung up", onWait }, async () => {
    await ensureStack(toolchain, context.stack);
    await refuseOtherStage(target);
    const problems = await takenPorts(context, target.file);
    if (problems.length > 0) throw new DiagnosticsError(problems, 1);
    const refresh = await settle(toolchain, target, report);
    const result = await runEngine(
      {
        toolchain,
        command: "up",
        stack: context.stack,
        ...(options.config ? { config: options.config } : {}),
        ...(options.image ? { env: { RUNG_APP_IMAGE: options.image } } : {}),
        ...(options.signal ? { signal: options.signal } : {}),
        args: refresh ? ["--refresh"] : [],
      },
      report,
    );
    mustSucceed(result, `rung up of ${context.stack}`);
    return result.changes;
  });
}

/** A living stack never changes its stage in place: that would delete its database. */
async function refuseOtherStage({ context, file }: Target): Promise<void> {
  const checkpoint = await readCheckpoint(context.stack);
  const living = checkpoint?.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.stage;
  if (living === undefined || living === context.stage) return;
  throw new DiagnosticsError(
    [
      {
        what: `this stack lives on ${living}; its stage is never changed in place, that would delete its data`,
        where: { file, key: "config.rung:stage" },
        found: context.stage,
        allowed: String(living),
        mend: `move it with "rung promote", or make another stack for ${context.stage}`,
      },
    ],
    3,
  );
}

/** Takes away what a killed run left. @returns whether the engine must refresh first */
async function settle(toolchain: Toolchain, { context }: Target, report: Report): Promise<boolean> {
  const checkpoint = await readCheckpoint(context.stack);
  const { removed, drifted } = await recover(context, checkpoint);
  if (removed.length > 0) {
    report({
      event: "message",
      severity: "warning",
      text: `removed what a killed run left: ${removed.join(", ")}`,
    });
  }
  if ((checkpoint?.pendingOperations.length ?? 0) === 0) return drifted;
  const state = (await exportState(toolchain, context.stack)) as {
    deployment?: { pending_operations?: unknown };
  };
  if (!state.deployment)
    throw failure("the exported state holds no deployment", "see pulumi stack export", "pulumi");
  await importState(toolchain, context.stack, {
    ...state,
    deployment: { ...state.deployment, pending_operations: [] },
  });
  return true;
}
