import type { Spec } from "../components/model/spec.ts";
import { stageNamed } from "../components/stages.ts";
import { stackContext } from "./context.ts";
import { earlierOutputs } from "./earlier.ts";
import { refuseOtherStage } from "./otherStage.ts";
import { releases } from "./releases.ts";
import { parseSettings, settingsFile } from "./settings.ts";

/** What a stack's outputs hold, the same on every stage: `pulumi stack output --json`. */
export type StackOutputs = Awaited<ReturnType<typeof program>>;

/**
 * The one Pulumi program, for every stack: `pulumi up`, `rung up` and `sst deploy` all run it.
 * @param config the stack's config as Pulumi gives it, `rung:` keys included
 * @param image overrides the setting, for a rollback
 * @throws DiagnosticsError when settings or needs do not fit, or the stack lives on another stage, before any resource
 * exists
 */
export async function program(spec: Spec, stack: string, config: Record<string, unknown>, image?: string) {
  const settings = parseSettings(config, settingsFile(stack));
  const context = stackContext(spec, settings, stack, image);
  const before = await earlierOutputs();
  refuseOtherStage(stack, before.stage, settings.stage);
  const { image: serving, ...outputs } = await stageNamed(settings.stage).deploy(context);
  return {
    app: spec.name,
    stack,
    stage: settings.stage,
    size: settings.size,
    ...outputs,
    image: serving,
    releases: releases(serving, before.releases ?? []),
  };
}
