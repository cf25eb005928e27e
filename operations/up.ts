import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { mendTorn } from "../engine/backend.ts";
import { withStackLock } from "../engine/lock.ts";
import { type Changes, ensureStack, type PulumiRun, stackOutputs, stateOf } from "../engine/pulumi.ts";
import { ensureToolchain, type Toolchain } from "../engine/toolchain.ts";
import { refuseOtherStage } from "../stacks/otherStage.ts";
import { type Approval, boundNow, mustStand } from "./approval.ts";
import { mustHaveDrilled } from "./drill/gate.ts";
import { run } from "./engineRun.ts";
import { imageFor, plannedImage } from "./image/index.ts";
import { registryOf } from "./image/ownRegistry.ts";
import { look, mustLive } from "./living.ts";
import { maskOf } from "./masked.ts";
import { type Report, step } from "./progress.ts";
import { recover } from "./recover.ts";
import { notReleased } from "./released.ts";
import type { Living } from "./stage.ts";
import { operationsOf } from "./stages.ts";
import { type Overrides, saveOverrides, type Target } from "./target.ts";

/** What a run may be told beyond the settings. */
export interface UpOptions {
  /** The app's image, by digest, instead of the one that settings or sources say: a rollback's, or CI's. */
  readonly image?: string;
  /** Kept in the settings file once everything was checked. */
  readonly overrides?: Overrides;
  /** A plan that was approved: nothing else may be done. */
  readonly approved?: { readonly approval: Approval; readonly file: string };
  readonly signal?: AbortSignal;
  /** Noted in the stack's outputs: its expiry counts from then. ISO 8601. */
  readonly activity?: string;
  /** Look at the world first, whatever the state says. */
  readonly refresh?: boolean;
  /** Why production is changed although no drill was done lately. */
  readonly noDrill?: string;
}

/**
 * Makes or changes a stack. Everything that can be checked is, before anything is touched; what a killed run left is
 * put right first.
 * @throws DiagnosticsError when something is in the way, or the engine fails
 */
export async function up(target: Target, options: UpOptions, report: Report): Promise<Changes> {
  const { image, overrides, approved, signal, activity } = options;
  const { stack } = target.context;
  return changing(target, "rung up", report, async (toolchain) => {
    if (approved) {
      const now = await boundNow(toolchain, stack, overrides ?? {}, image);
      mustStand(approved.approval, now, approved.file);
    }
    const operations = await operationsOf(target.context.stage);
    const made = async () => (await stateOf(toolchain, stack)).some(({ custom }) => custom);
    const problems = await operations.obstacles(target, made);
    if (problems.length > 0) throw new DiagnosticsError(problems, 1);
    const { living: before } = await look(stack, target);
    if (before) await mustHaveDrilled(before, options.noDrill, report);
    if (overrides) await saveOverrides(stack, overrides);
    const refresh = await settle(toolchain, target, report);
    const brings =
      image ?? (await imageFor(target.context, registryOf(toolchain, stack, report), report, signal));
    return rollOut(
      before,
      {
        toolchain,
        command: "up",
        stack,
        env: {
          ...(brings ? { RUNG_APP_IMAGE: brings } : {}),
          ...(activity ? { RUNG_ACTIVITY: activity } : {}),
        },
        ...(signal ? { signal } : {}),
        args: [
          ...(refresh || options.refresh ? ["--refresh"] : []),
          // What belongs to a region that is lost fails, and must not keep the others from taking over.
          ...(target.context.platform.allowDataLoss ? ["--continue-on-error"] : []),
        ],
      },
      report,
    );
  });
}

/**
 * Runs the engine, and waits until the platform runs what was brought out and answers.
 * @throws DiagnosticsError when it does not; the state then says so, and the next `up` tries again
 */
async function rollOut(was: Living | undefined, one: PulumiRun, report: Report): Promise<Changes> {
  const { toolchain, stack } = one;
  const before = await stackOutputs(toolchain, stack);
  const began = Date.now();
  const changes = await run(one, report).catch(async (error: unknown) => {
    throw was && error instanceof DiagnosticsError ? await withLastLines(error, one, was, began) : error;
  });
  const living = await mustLive(stack);
  const operations = await operationsOf(living.context.stage);
  const failed = await operations.failedRollout?.(living, report);
  if (failed) throw await notReleased({ toolchain, stack, before, failed, living }, report);
  await operations.answers(living);
  return changes;
}

/** The error with what the app said while it was brought out, secrets masked. A failure to read that hides no other. */
async function withLastLines(
  error: DiagnosticsError,
  { toolchain, stack }: PulumiRun,
  was: Living,
  since: number,
): Promise<DiagnosticsError> {
  const operations = await operationsOf(was.context.stage);
  const lines = await operations.lastLines?.(was, since).catch(() => []);
  const [first, ...others] = error.diagnostics;
  if (!first || !lines || lines.length === 0) return error;
  const mask = await maskOf(toolchain, stack);
  const what = [first.what, ...lines.map((line) => `  ${mask(line)}`), ""].join("\n");
  return new DiagnosticsError([{ ...first, what }, ...others], error.exitCode);
}

/**
 * What `up` would do. Changes nothing, and waits for nobody.
 * @throws DiagnosticsError when the engine fails
 */
export async function preview(target: Target, options: UpOptions, report: Report): Promise<Changes> {
  const { image, overrides = {}, signal } = options;
  const { context } = target;
  const toolchain = await ready(target, report);
  await ensureStack(toolchain, context.stack);
  await refuseOther(toolchain, target);
  const own = registryOf(toolchain, context.stack, report);
  const brings = image ?? (await plannedImage(context, own, report));
  const config = Object.fromEntries(Object.entries(overrides).map(([key, value]) => [`rung:${key}`, value]));
  return run(
    {
      toolchain,
      command: "preview",
      stack: context.stack,
      config,
      ...(brings ? { env: { RUNG_APP_IMAGE: brings } } : {}),
      ...(signal ? { signal } : {}),
    },
    report,
  );
}

/**
 * Reads the world back into the state. The next `up` mends what differs.
 * @returns what differed
 * @throws DiagnosticsError when the engine fails
 */
export function refresh(target: Target, { signal }: UpOptions, report: Report): Promise<Changes> {
  return changing(target, "rung refresh", report, async (toolchain) => {
    await settle(toolchain, target, report);
    const { stack } = target.context;
    return run({ toolchain, command: "refresh", stack, ...(signal ? { signal } : {}) }, report);
  });
}

/** Runs `work` as the one writer of a stack that exists, on a toolchain that is ready. */
export async function changing<T>(
  target: Target,
  doing: string,
  report: Report,
  work: (toolchain: Toolchain) => Promise<T>,
): Promise<T> {
  const { stack } = target.context;
  const toolchain = await ready(target, report);
  const onWait = (text: string) => report({ event: "message", severity: "warning", text });
  return withStackLock(stack, { doing, onWait }, async () => {
    await mendTorn(stack);
    await ensureStack(toolchain, stack);
    await refuseOther(toolchain, target);
    return work(toolchain);
  });
}

/** Pulumi, and what the stage is made with. */
async function ready({ context }: Target, report: Report): Promise<Toolchain> {
  const operations = await operationsOf(context.stage);
  // The first time both take minutes; while one waits for the network, the other has the cores.
  const [toolchain] = await Promise.all([
    step(report, "toolchain", (say) => ensureToolchain(say)),
    operations.prepare(report),
  ]);
  return toolchain;
}

/** Said before the engine is started; the program itself would say the same. */
async function refuseOther(toolchain: Toolchain, { context: { stack, stage } }: Target): Promise<void> {
  refuseOtherStage(stack, (await stackOutputs(toolchain, stack))?.stage, stage);
}

/** Puts right what a killed run left. @returns whether the engine must refresh first */
export async function settle(toolchain: Toolchain, { context }: Target, report: Report): Promise<boolean> {
  const operations = await operationsOf(context.stage);
  return recover({ toolchain, stack: context.stack }, (found) => operations.recover(context, found), report);
}
