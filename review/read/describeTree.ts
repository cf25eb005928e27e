import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

/** Runs in a tree: reads its spec and settings, and prints its plan for one stack. See `describe.ts`. */
const asked = JSON.parse(await text(process.stdin)) as {
  folder: string;
  stack: string;
  config: Record<string, string>;
};

/** The tree may be of any version: what it exports is checked by what it yields, in `describe.ts`. */
const load = (path: string) => import(pathToFileURL(join(asked.folder, path)).href);

try {
  const { parseSettings, settingsFile } = await load("stacks/settings.ts");
  const [{ default: spec }, { stackContext }, { stageNamed }] = await Promise.all([
    load("app/spec.ts"),
    load("stacks/context.ts"),
    load("components/stages.ts"),
  ]);
  const settings = parseSettings(asked.config, settingsFile(asked.stack));
  const { stage, size, protect, platform } = stackContext(spec, settings, asked.stack);
  const blueprint = stageNamed(stage).blueprint(spec, size, platform);
  process.stdout.write(JSON.stringify({ spec, stage, size, protect, blueprint }));
} catch (error) {
  const problems = (error as { diagnostics?: unknown }).diagnostics;
  if (!Array.isArray(problems)) throw error;
  process.stdout.write(JSON.stringify({ problems }));
}
