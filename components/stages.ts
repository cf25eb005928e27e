import type { StackContext } from "./kit/context.ts";
import type { StageOutputs } from "./kit/outputs.ts";
import { localBlueprint } from "./local/blueprint.ts";
import type { Blueprint } from "./model/blueprint.ts";
import type { Spec } from "./model/spec.ts";
import type { Size, StageName } from "./model/words.ts";

/** What a stage is to the rest: a pure plan, and code that is loaded only when it is to be made. */
export interface Stage {
  blueprint(spec: Spec, size: Size): Blueprint;
  deploy(context: StackContext): Promise<StageOutputs>;
}

/** Every stage by its name. A stage's Pulumi code is imported only when it is deployed. */
export const stages = {
  local: {
    blueprint: localBlueprint,
    deploy: async (context) => (await import("./local/index.ts")).deploy(context),
  },
} satisfies Partial<Record<StageName, Stage>>;
