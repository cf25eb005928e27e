import type { StackContext } from "../components/kit/context.ts";
import { minutes } from "../components/model/duration.ts";
import { platformSchema, platformShape } from "../components/model/platform.ts";
import type { Spec } from "../components/model/spec.ts";
import { isPreview } from "../components/model/stackNames.ts";
import type { Settings } from "./settings.ts";

/** What is of one run alone. */
export interface ThisRun {
  /** The app's image when the caller overrides the setting: a rollback's. */
  readonly image?: string | undefined;
  /** The stack is about to be taken down. */
  readonly leaving?: boolean | undefined;
  /** When somebody last wanted a preview stack to be there, ISO 8601: its expiry counts from then. */
  readonly activity?: string | undefined;
}

/** From what is wanted and where, what every component is told. */
export function stackContext(
  spec: Spec,
  settings: Settings,
  stack: string,
  { image, leaving = false }: ThisRun = {},
): StackContext {
  const platform = Object.fromEntries(
    Object.keys(platformShape).map((key) => [key, settings[key as keyof typeof platformShape]]),
  );
  return {
    spec,
    stack,
    stage: settings.stage,
    size: settings.size,
    protect: settings.protect ?? !isPreview(stack),
    leaving,
    tags: {
      app: spec.name,
      stack,
      stage: settings.stage,
      "managed-by": "rung",
      ...(settings.owner ? { owner: settings.owner } : {}),
      ...(settings.expires ? { expires: settings.expires } : {}),
    },
    image: image ?? settings.image,
    healthTimeoutMinutes: minutes(settings.healthTimeout),
    ports: { https: settings.httpsPort, http: settings.httpPort },
    rateLimitPerMinute: settings.rateLimitPerMinute ?? spec.auth.rateLimitPerMinute,
    platform: platformSchema.parse(platform),
  };
}
