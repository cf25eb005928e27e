import { declaredOf } from "../components/model/compliance.ts";
import { ofSettings } from "../components/model/diagnostics.ts";
import type { Spec } from "../components/model/spec.ts";
import { stageNamed } from "../components/stages.ts";
import { stackContext, type ThisRun } from "./context.ts";
import { earlierOutputs } from "./earlier.ts";
import { refuseOtherStage } from "./otherStage.ts";
import { releases } from "./releases.ts";
import { ceilingOf, parseSettings, settingsFile } from "./settings.ts";

/** What a stack's outputs hold, the same on every stage: `pulumi stack output --json`. */
export type StackOutputs = Awaited<ReturnType<typeof program>>;

/**
 * The one Pulumi program, for every stack: `pulumi up`, `rung up` and `sst deploy` all run it.
 * @param config the stack's config as Pulumi gives it, `rung:` keys included
 * @throws DiagnosticsError when settings or needs do not fit, or the stack lives on another stage, before any resource
 * exists
 */
export async function program(
  spec: Spec,
  stack: string,
  config: Record<string, unknown>,
  { image, leaving, activity }: ThisRun = {},
) {
  const { settings, stage, before, names } = await begun(spec, stack, config);
  // Where nobody says which image, the one that serves stays: plain `pulumi up` changes the rest.
  const serving = stage.image ? before.image : undefined;
  const run = { image: image ?? settings.image ?? serving, leaving };
  const context = stackContext(spec, settings, stack, run);
  const { compliance } = settings;
  const { image: serves, ...outputs } = await ofSettings(settingsFile(stack), () => {
    const plan = stage.blueprint(spec, settings.size, context.platform);
    const declared = declaredOf(spec, plan, { compliance, ceiling: ceilingOf(settings) });
    return stage.deploy({ ...context, declared });
  });
  const last = activity ?? before.activity;
  return {
    ...names,
    ...outputs,
    image: serves,
    releases: releases(serves, before.releases ?? []),
    ...(last && { activity: last }),
  };
}

/** The registry alone that the stage makes for the app's image, before there is one: the first step of a first `up`. */
export async function registryProgram(spec: Spec, stack: string, config: Record<string, unknown>) {
  const { settings, stage, names } = await begun(spec, stack, config);
  const { registry } = stage.image ?? {};
  const made = await ofSettings(settingsFile(stack), () =>
    registry?.first(stackContext(spec, settings, stack)),
  );
  return { ...names, ...made };
}

async function begun(spec: Spec, stack: string, config: Record<string, unknown>) {
  const settings = parseSettings(config, settingsFile(stack));
  const before = await earlierOutputs();
  refuseOtherStage(stack, before.stage, settings.stage);
  const names = { app: spec.name, stack, stage: settings.stage, size: settings.size };
  return { settings, stage: stageNamed(settings.stage), before, names };
}
