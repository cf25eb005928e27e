import { join } from "node:path";
import { failure } from "../../components/model/diagnostics.ts";
import { type StageName, stageNames } from "../../components/model/words.ts";
import { LockedError, withFileLock } from "../../engine/fileLock.ts";
import { paths } from "../../engine/paths.ts";
import { type Changes, stackNames, stackOutputs } from "../../engine/pulumi.ts";
import { ensureToolchain, type Toolchain } from "../../engine/toolchain.ts";
import { down } from "../down.ts";
import { mustLive } from "../living.ts";
import type { Report } from "../progress.ts";
import { operationsOf } from "../stages.ts";
import { loadTarget, targetOf } from "../target.ts";
import { up } from "../up.ts";
import { admit } from "./caps.ts";
import { type Filled, fill } from "./data.ts";
import { labelledThings } from "./list.ts";
import { draft, forgetDraft, stackOf, writeDraft } from "./settings.ts";
import type { Template } from "./template.ts";

export interface PreviewOptions {
  readonly pr: number;
  readonly template: Template;
  /** Instead of the template's. */
  readonly stage?: StageName;
  /** The app's image by digest, when CI has built it. */
  readonly image?: string;
  /** A stack whose newest backup the preview's rows come from, masked. */
  readonly anonymizedFrom?: string;
  readonly signal?: AbortSignal;
}

export interface PreviewDone {
  readonly stack: string;
  readonly changes: Changes;
  readonly urls: Readonly<Record<string, string>>;
  readonly filled: Filled;
}

/**
 * Makes the preview of a pull request, or brings it to what is checked out now. Its expiry counts from here.
 * @throws DiagnosticsError (exit code 3) when it would lead to a protected stack, or one too many is asked for
 */
export async function previewUp(options: PreviewOptions, report: Report): Promise<PreviewDone> {
  const { pr, template, stage, image, anonymizedFrom, signal } = options;
  const stack = stackOf(pr);
  return asTheOne(pr, "rung pr up", report, async () => {
    const toolchain = await ensureToolchain();
    // One at a time from here until it is written down: ports and caps are the same for all previews.
    await withFileLock(join(paths.locks, "previews.lock"), waiting("rung pr up", report), async () => {
      const drafted = await draft(pr, template, stage);
      await admit(toolchain, template, drafted.target);
      await writeDraft(pr, template, drafted);
    });
    const told = { activity: new Date().toISOString(), ...(image && { image }), ...(signal && { signal }) };
    const changes = await up(await loadTarget(stack), told, report);
    const living = await mustLive(stack);
    const filled = await fill(living, template.limits, anonymizedFrom, report);
    return { stack, changes, urls: living.outputs.urls, filled };
  });
}

/** What is left of a preview that was taken away: nothing, or the proof that something is. */
export interface Gone {
  readonly stack: string;
  readonly changes: Changes;
  /** Names of what is still there. */
  readonly left: readonly string[];
}

export interface DownOptions {
  readonly wait?: boolean;
  readonly stillToGo?: () => Promise<boolean>;
  readonly signal?: AbortSignal;
}

/**
 * Takes a preview away, its data and settings with it, and looks whether anything is left. There may be nothing: then
 * that is said.
 * @param options.wait whether to wait for another event of the same pull request, or to be refused at once
 * @param options.stillToGo asked once nobody else works on it: a push may have come meanwhile
 * @returns undefined when it is not to go any more
 */
export async function previewDown(
  pr: number,
  template: Template,
  report: Report,
  { wait = true, stillToGo, signal }: DownOptions = {},
): Promise<Gone | undefined> {
  const stack = stackOf(pr);
  const work = async (): Promise<Gone | undefined> => {
    if (stillToGo && !(await stillToGo())) return undefined;
    const toolchain = await ensureToolchain();
    const changes = await takeDown(toolchain, pr, template, report, signal);
    await removeLabelled(stack);
    await forgetDraft(pr);
    return { stack, changes, left: await leftOf(toolchain, stack) };
  };
  return asTheOne(pr, "rung pr down", report, work, wait);
}

async function takeDown(
  toolchain: Toolchain,
  pr: number,
  template: Template,
  report: Report,
  signal: AbortSignal | undefined,
): Promise<Changes> {
  const stack = stackOf(pr);
  if (!(await stackNames(toolchain)).includes(stack))
    return { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  const lives = (await stackOutputs(toolchain, stack))?.stage;
  const stage = stageNames.find((name) => name === lives);
  // What a runner that is gone had written down is made again from the template, as it lives.
  const target = await loadTarget(stack).catch(async () => {
    const config = { ...template.config, ...(stage ? { "rung:stage": stage } : {}) };
    const made = { target: await targetOf(stack, config), config };
    await writeDraft(pr, template, made);
    return made.target;
  });
  return down(target, { deleteData: true, ...(signal && { signal }) }, report);
}

/** What the state did not know of. */
async function removeLabelled(stack: string): Promise<void> {
  const mine = (await labelledThings()).filter((one) => one.stack === stack);
  if (mine.length > 0) await (await operationsOf("local")).labelled?.remove(mine);
}

/** Everything that still bears a preview's name. */
export async function leftOf(toolchain: Toolchain, stack: string): Promise<string[]> {
  const [stacks, things] = await Promise.all([stackNames(toolchain), labelledThings()]);
  return [
    ...stacks.filter((one) => one === stack).map((one) => `stack ${one}`),
    ...things.filter((one) => one.stack === stack).map(({ kind, name }) => `${kind} ${name}`),
  ];
}

const waiting = (doing: string, report: Report, waitSeconds = 1800) => ({
  doing,
  waitSeconds,
  onWait: () => report({ event: "message", severity: "warning", text: "waiting for another rung pr" }),
});

/** Runs `work` as the one event of a pull request: a push and a close at once come one after the other. */
export async function asTheOne<T>(
  pr: number,
  doing: string,
  report: Report,
  work: () => Promise<T>,
  wait = true,
): Promise<T> {
  const stack = stackOf(pr);
  try {
    const options = waiting(doing, report, wait ? undefined : 0);
    return await withFileLock(join(paths.locks, `${stack}.preview.lock`), options, work);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw failure(
      `${stack} is in use by ${error.holder?.doing ?? "another rung"}`,
      "wait until that has ended",
      stack,
      2,
    );
  }
}
