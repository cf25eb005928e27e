import { availableParallelism } from "node:os";
import { DiagnosticsError } from "../../components/model/diagnostics.ts";
import { platformSchema, platformShape } from "../../components/model/platform.ts";
import type { Spec } from "../../components/model/spec.ts";
import { type Size, sizes } from "../../components/model/words.ts";
import { stageNamed } from "../../components/stages.ts";
import type { StateResource } from "../../engine/backend.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import { parseSettings } from "../../stacks/settings.ts";
import type { Report } from "../progress.ts";
import { loadSpec } from "../target.ts";
import { errorsIn } from "./events.ts";
import { failed, Life, stepsOf } from "./life.ts";
import type { RehearsalResult, Rehearsed } from "./result.ts";
import { type Server, startServers } from "./servers.ts";
import { elsewhere, type HostedStage, rehearsalSettings } from "./settings.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

export interface RehearsalOptions {
  /** The size the life begins at; the smallest that the stage carries unless said. */
  readonly size?: Size;
  /** The size it is changed to; the next one that the stage carries unless said. */
  readonly to?: Size;
  /** Keep the folder, to look into. */
  readonly keep?: boolean;
  /** Told what the first up made. */
  readonly onMade?: (resources: readonly StateResource[]) => void;
}

/**
 * Rehearses a whole life of a stage on the real engine, with stand-ins for every provider, in a
 * throw-away state: up, a second preview, a change of size, a failover and back where there are
 * several regions, a refresh, destroy.
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
  return await onStage(stage, toolchain, options.keep === true, async (workspace, servers, env) => {
    const plan = {
      name: stage,
      before: rehearsalSettings(stage, from),
      after: rehearsalSettings(stage, to),
      elsewhere: elsewhere(stage, to),
    };
    const life = new Life(plan, workspace, env, report);
    const steps = await life.live(
      async () => (await Promise.all(servers.map((server) => server.holds()))).flat(),
      options.onMade,
    );
    const ok = steps.length === stepsOf(plan) && !steps.some(failed);
    report({ event: "step", step: stage, state: ok ? "done" : "failed", seconds: seconds() });
    const resources = steps[0]?.counts.create ?? 0;
    return { stage, from, to, ok, seconds: seconds(), resources, standIns: life.standIns(), steps };
  });
}

/** A throw-away workspace and the vendors' servers that the stage needs, gone when `work` ends. */
async function onStage<T>(
  stage: HostedStage,
  toolchain: Toolchain,
  keep: boolean,
  work: (workspace: Workspace, servers: readonly Server[], env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const workspace = await makeWorkspace(toolchain);
  try {
    const servers = await startServers(stage, workspace);
    try {
      return await work(workspace, servers, Object.assign({}, ...servers.map(({ env }) => env)));
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  } finally {
    if (!keep) await workspace.remove();
  }
}

/**
 * What a rehearsal makes of a stage: up, in a throw-away state, and gone again with it.
 * @param settings besides those of every rehearsal, e.g. `{"rung:protect": "true"}`
 * @returns the state's resources
 * @throws DiagnosticsError when the stage carries no such size; Error when the rehearsal's up fails
 */
export async function rehearsedState(
  stage: HostedStage,
  toolchain: Toolchain,
  size?: Size,
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly StateResource[]> {
  const { from } = lifeSizes(stage, await loadSpec(), size ? { size } : {});
  return await onStage(stage, toolchain, false, async (workspace, _servers, env) => {
    await workspace.settle({ ...rehearsalSettings(stage, from), ...settings });
    const { code, diagnostics } = await workspace.run("up", { env });
    if (code !== 0) throw new Error(errorsIn(diagnostics).join("\n") || `the engine ended with ${code}`);
    return (await workspace.checkpoint())?.resources ?? [];
  });
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
