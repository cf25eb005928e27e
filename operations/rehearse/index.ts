import { availableParallelism } from "node:os";
import { join } from "node:path";
import { DiagnosticsError } from "../../components/model/diagnostics.ts";
import { platformSchema, platformShape } from "../../components/model/platform.ts";
import type { Spec } from "../../components/model/spec.ts";
import { type Size, sizes } from "../../components/model/words.ts";
import { stageNamed } from "../../components/stages.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import { parseSettings } from "../../stacks/settings.ts";
import type { Report } from "../progress.ts";
import { loadSpec } from "../target.ts";
import { failed, Life } from "./life.ts";
import { type RehearsalResult, type Rehearsed, stepNames } from "./result.ts";
import { startServers } from "./servers.ts";
import { type HostedStage, rehearsalSettings } from "./settings.ts";
import { makeWorkspace } from "./workspace.ts";

export interface RehearsalOptions {
  /** The size the life begins at; the smallest that the stage carries unless said. */
  readonly size?: Size;
  /** The size it is changed to; the next one that the stage carries unless said. */
  readonly to?: Size;
  /** Keep the folder, to look into. */
  readonly keep?: boolean;
}

/**
 * Rehearses a whole life of a stage on the real engine, with stand-ins for every provider, in a
 * throw-away state: up, a second preview, a change of size, a refresh, destroy.
 * @throws DiagnosticsError when the stage carries no such size, before anything runs
 */
export async function rehearse(
  stage: HostedStage,
  toolchain: Toolchain,
  options: RehearsalOptions = {},
  report: Report = () => {},
): Promise<RehearsalResult> {
  const { from, to } = lifeSizes(stage, await loadSpec(), options);
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 100) / 10;
  report({ event: "step", step: stage, state: "running" });
  const workspace = await makeWorkspace(toolchain);
  try {
    const servers = await startServers(stage, join(workspace.folder, "servers"));
    try {
      const env = Object.assign({}, ...servers.map((server) => server.env)) as Record<string, string>;
      const plan = {
        name: stage,
        before: rehearsalSettings(stage, from),
        after: rehearsalSettings(stage, to),
      };
      const life = new Life(plan, workspace, env, report);
      const steps = await life.live(async () =>
        (await Promise.all(servers.map((server) => server.holds()))).flat(),
      );
      const ok = steps.length === stepNames.length && !steps.some(failed);
      report({ event: "step", step: stage, state: ok ? "done" : "failed", seconds: seconds() });
      const resources = steps[0]?.counts.create ?? 0;
      return { stage, from, to, ok, seconds: seconds(), resources, standIns: life.standIns(), steps };
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  } finally {
    if (!options.keep) await workspace.remove();
  }
}

/**
 * Rehearses several stages side by side, no more at a time than there are cores.
 * @param onEnd called as each ends
 * @returns in the order in which they were asked for
 */
export async function rehearseAll(
  stages: readonly HostedStage[],
  toolchain: Toolchain,
  options: RehearsalOptions,
  report: Report,
  onEnd: (one: Rehearsed) => void = () => {},
): Promise<Rehearsed[]> {
  const outcomes = new Map<HostedStage, Rehearsed>();
  const waiting = [...stages];
  const work = async () => {
    for (let stage = waiting.shift(); stage; stage = waiting.shift()) {
      const one = await rehearse(stage, toolchain, options, report).catch(
        cannot(stage, stages.length > 1, report),
      );
      outcomes.set(stage, one);
      onEnd(one);
    }
  };
  await Promise.all(Array.from({ length: Math.min(stages.length, availableParallelism()) }, work));
  return stages.flatMap((stage) => outcomes.get(stage) ?? []);
}

/** One of several that carries no such size does not keep the others from being rehearsed. */
const cannot =
  (stage: HostedStage, isOneOfSeveral: boolean, report: Report) =>
  (error: unknown): Rehearsed => {
    if (!isOneOfSeveral || !(error instanceof DiagnosticsError)) throw error;
    report({ event: "step", step: stage, state: "failed", detail: "cannot" });
    return { stage, cannot: error.diagnostics };
  };

/** The two sizes of a life: those asked for, else the first two that the stage carries. */
function lifeSizes(stage: HostedStage, spec: Spec, asked: RehearsalOptions): { from: Size; to: Size } {
  const refusals: DiagnosticsError[] = [];
  const carried = sizes.filter((size) => {
    try {
      checkedBlueprint(stage, spec, size);
      return true;
    } catch (error) {
      if (!(error instanceof DiagnosticsError)) throw error;
      refusals.push(error);
      if (size === asked.size || size === asked.to) throw error;
      return false;
    }
  });
  const from = asked.size ?? carried[0];
  if (!from) throw refusals[0] ?? new Error(`${stage} carries no size`);
  const after = carried[carried.indexOf(from) + 1] ?? carried[carried.indexOf(from) - 1] ?? from;
  return { from, to: asked.to ?? after };
}

function checkedBlueprint(stage: HostedStage, spec: Spec, size: Size): void {
  const settings = parseSettings(rehearsalSettings(stage, size), `the settings of a rehearsal of ${stage}`);
  const platform = Object.fromEntries(
    Object.keys(platformShape).map((key) => [key, settings[key as keyof typeof platformShape]]),
  );
  stageNamed(stage).blueprint(spec, size, platformSchema.parse(platform));
}

export { renderRehearsal } from "./render.ts";
export type { RehearsalResult, Rehearsed, StepResult } from "./result.ts";
