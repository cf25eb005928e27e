import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { StackContext } from "../components/kit/context.ts";
import type { Blueprint } from "../components/model/blueprint.ts";
import { DiagnosticsError, ofSettings } from "../components/model/diagnostics.ts";
import { type Spec, specFile } from "../components/model/spec.ts";
import { stageNamed } from "../components/stages.ts";
import { root } from "../engine/paths.ts";
import { stackContext } from "../stacks/context.ts";
import { parseSettings, settingsFile } from "../stacks/settings.ts";

/** What a command works on: a stack, checked whole before anything is touched. */
export interface Target {
  readonly context: StackContext;
  readonly plan: Blueprint;
  /** The settings file, relative to the project. */
  readonly file: string;
}

/** What the command line may say instead of the settings file. */
export interface Overrides {
  readonly stage?: string;
  readonly size?: string;
  readonly primary?: string;
}

/** A command may pass all of its options: these are settings. */
const overridable = ["stage", "size", "primary"] as const satisfies readonly (keyof Overrides)[];

/** The app's spec, checked. */
export async function loadSpec(): Promise<Spec> {
  try {
    return ((await import("../app/spec.ts")) as { default: Spec }).default;
  } catch (error) {
    if (error instanceof DiagnosticsError) throw error;
    const what = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new DiagnosticsError([
      { what: `cannot be read: ${what}`, where: { file: specFile }, mend: "make it valid TypeScript" },
    ]);
  }
}

/**
 * Reads and checks spec and settings of a stack.
 * @throws DiagnosticsError with every problem of the spec, or else of the settings, or else of the plan
 */
export async function loadTarget(stack: string, overrides: Overrides = {}): Promise<Target> {
  const config = await readConfig(stack, overrides.stage !== undefined);
  return targetOf(stack, config, overrides);
}

/** The same for settings that are not in their file yet. */
export async function targetOf(
  stack: string,
  config: Readonly<Record<string, unknown>>,
  overrides: Overrides = {},
): Promise<Target> {
  const spec = await loadSpec();
  const settings = parseSettings(
    {
      ...config,
      ...Object.fromEntries(
        overridable.flatMap((key) => (overrides[key] === undefined ? [] : [[`rung:${key}`, overrides[key]]])),
      ),
    },
    settingsFile(stack),
  );
  const context = stackContext(spec, settings, stack);
  const file = settingsFile(stack);
  const { blueprint } = stageNamed(settings.stage);
  const plan = await ofSettings(file, () => blueprint(spec, settings.size, context.platform));
  return { context, plan, file };
}

/**
 * Writes what the command line said into the stack's settings file, which is made if need be: the next `up` without
 * it keeps the stack as it is. Comments stay.
 */
export async function saveOverrides(stack: string, overrides: Overrides): Promise<void> {
  const file = join(root, settingsFile(stack));
  const document = parseDocument(await readFile(file, "utf8").catch(() => ""));
  const changed = Object.entries(overrides).filter(
    ([key, value]) => document.getIn(["config", `rung:${key}`]) !== value,
  );
  for (const [key, value] of changed) document.setIn(["config", `rung:${key}`], value);
  if (changed.length > 0) await writeFile(file, document.toString());
}

async function readConfig(stack: string, mayBeMade: boolean): Promise<Record<string, unknown>> {
  const file = settingsFile(stack);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(stack)) {
    throw new DiagnosticsError([
      {
        what: "not a stack name",
        where: { file: "--stack" },
        found: stack,
        allowed: "letters, digits, -, _ and .",
      },
    ]);
  }
  const text = await readFile(join(root, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    if (mayBeMade) return "";
    throw new DiagnosticsError([
      {
        what: "there are no settings for this stack",
        where: { file },
        mend: `pass --stage to have it written, or --stack for another; or write "config: {rung:stage: local}"`,
      },
    ]);
  });
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new DiagnosticsError(
      document.errors.map((e) => ({
        what: e.message.split("\n")[0] ?? "not YAML",
        where: { file, ...(e.linePos ? { key: `line ${e.linePos[0].line}` } : {}) },
        mend: "make it valid YAML",
      })),
    );
  }
  const config = (document.toJS() as { config?: unknown } | null)?.config ?? {};
  if (typeof config === "object" && config !== null && !Array.isArray(config))
    return config as Record<string, unknown>;
  throw new DiagnosticsError([
    {
      what: "must be a map",
      where: { file, key: "config" },
      found: JSON.stringify(config),
      allowed: "keys such as rung:stage",
    },
  ]);
}
