import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A tree's folder, and a stack with its settings as text. */
export interface Asked {
  readonly folder: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
}

/** Has a tree's own code read its spec and settings, and plan one stack. What it says is wrong comes as `problems`. */
export async function describedIn({ folder, stack, config }: Asked): Promise<object> {
  /** The tree may be of any version: what it exports is checked by what it yields, in `describe.ts`. */
  const load = (path: string) => import(pathToFileURL(join(folder, path)).href);
  try {
    const { parseSettings, settingsFile } = await load("stacks/settings.ts");
    const [{ default: spec }, { stackContext }, { stageNamed }] = await Promise.all([
      load("app/spec.ts"),
      load("stacks/context.ts"),
      load("components/stages.ts"),
    ]);
    const settings = parseSettings(config, settingsFile(stack));
    const { stage, size, protect, platform } = stackContext(spec, settings, stack);
    const blueprint = stageNamed(stage).blueprint(spec, size, platform);
    return { spec, stage, size, protect, blueprint };
  } catch (error) {
    const problems = (error as { diagnostics?: unknown }).diagnostics;
    if (!Array.isArray(problems)) throw error;
    return { problems };
  }
}
