import { ecsBlueprint } from "./aws-ecs/blueprint.ts";
import { edgeBlueprint } from "./cloudflare-edge/blueprint.ts";
import { coolifyBlueprint } from "./hetzner-coolify/blueprint.ts";
import type { StackContext } from "./kit/context.ts";
import type { StageOutputs } from "./kit/outputs.ts";
import { localBlueprint } from "./local/blueprint.ts";
import type { Blueprint } from "./model/blueprint.ts";
import { DiagnosticsError } from "./model/diagnostics.ts";
import type { Platform } from "./model/platform.ts";
import type { Spec } from "./model/spec.ts";
import type { Size, StageName } from "./model/words.ts";
import { vercelBlueprint } from "./vercel-supabase/blueprint.ts";

/** What a stage is to the rest: a pure plan, and code that is loaded only when it is to be made. */
export interface Stage {
  /** @throws DiagnosticsError when the stage cannot carry the size or meet a need, naming the stages that can */
  blueprint(spec: Spec, size: Size, platform: Platform): Blueprint;
  deploy(context: StackContext): Promise<StageOutputs>;
}

/** Every stage by its name. A stage's Pulumi code is imported only when it is deployed. */
export const stages = {
  local: {
    blueprint: localBlueprint,
    deploy: async (context) => (await import("./local/index.ts")).deploy(context),
  },
  "vercel-supabase": {
    blueprint: vercelBlueprint,
    deploy: async (context) => (await import("./vercel-supabase/index.ts")).deploy(context),
  },
  "hetzner-coolify": {
    blueprint: coolifyBlueprint,
    deploy: async (context) => (await import("./hetzner-coolify/index.ts")).deploy(context),
  },
  "aws-ecs": {
    blueprint: ecsBlueprint,
    deploy: async (context) => (await import("./aws-ecs/index.ts")).deploy(context),
  },
  "cloudflare-edge": {
    blueprint: edgeBlueprint,
    deploy: async (context) => (await import("./cloudflare-edge/index.ts")).deploy(context),
  },
} satisfies Partial<Record<StageName, Stage>>;

/**
 * The stage of that name.
 * @throws DiagnosticsError when it is not built yet
 */
export function stageNamed(name: StageName): Stage {
  const stage: Stage | undefined = (stages as Partial<Record<StageName, Stage>>)[name];
  if (stage) return stage;
  throw new DiagnosticsError([
    {
      what: `the stage "${name}" is not built yet`,
      where: { file: "components/stages.ts" },
      found: name,
      allowed: Object.keys(stages).join(", "),
    },
  ]);
}
