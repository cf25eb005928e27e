import { ecsBlueprint } from "./aws-ecs/blueprint.ts";
import { eksBlueprint } from "./aws-eks/blueprint.ts";
import { edgeBlueprint } from "./cloudflare-edge/blueprint.ts";
import { coolifyBlueprint } from "./hetzner-coolify/blueprint.ts";
import type { StackContext } from "./kit/context.ts";
import type { RegistryOutputs, StageOutputs } from "./kit/outputs.ts";
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
  /** How the app's image gets there; left out where the stage builds what it runs by itself. */
  readonly image?: ImageWay;
}

/** The app comes as an image by digest, from a registry. */
export interface ImageWay {
  /** Of the machines that it runs on. */
  readonly arch: "x64" | "arm64";
  /** The registry that the stage makes for itself; without one `rung:registry` must name it. */
  readonly registry?: {
    /** Makes it, and what it stands on, before there is an image to make the rest with. */
    readonly first: (context: StackContext) => Promise<RegistryOutputs>;
    /** By whose rules one logs in. */
    readonly login: "ecr";
  };
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
    image: { arch: "x64" },
  },
  "aws-ecs": {
    blueprint: ecsBlueprint,
    deploy: async (context) => (await import("./aws-ecs/index.ts")).deploy(context),
    image: {
      arch: "arm64",
      registry: {
        first: async (context) => (await import("./aws-ecs/index.ts")).registryFirst(context),
        login: "ecr",
      },
    },
  },
  "aws-eks": {
    blueprint: eksBlueprint,
    deploy: async (context) => (await import("./aws-eks/index.ts")).deploy(context),
    image: {
      arch: "arm64",
      registry: {
        first: async (context) => (await import("./aws-eks/index.ts")).registryFirst(context),
        login: "ecr",
      },
    },
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
