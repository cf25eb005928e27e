import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { DiagnosticsError, failure } from "../../components/model/diagnostics.ts";
import { isPreview } from "../../components/model/stackNames.ts";
import type { StageName } from "../../components/model/words.ts";
import { root } from "../../engine/paths.ts";
import { settingsFile } from "../../stacks/settings.ts";
import { isFree } from "../local/ports.ts";
import { type Target, targetOf } from "../target.ts";
import { type Protected, routesTo } from "./separation.ts";
import { type Config, type Template, templateFile } from "./template.ts";

/** The stack of a pull request. */
export const stackOf = (pr: number): string => `pr-${pr}`;

/** Its number; undefined when the stack is no preview. */
export const prOf = (stack: string): number | undefined =>
  isPreview(stack) ? Number(stack.slice("pr-".length)) : undefined;

/** A preview, checked whole before anything is touched. */
export interface Draft {
  readonly target: Target;
  readonly config: Config;
}

/**
 * The settings of a preview: the template's, and what is its own. Ports that it has are kept.
 * @throws DiagnosticsError (exit code 3) when they would lead to a protected stack; (64) when they are wrong
 */
export async function draft(pr: number, template: Template, stage: StageName | undefined): Promise<Draft> {
  const stack = stackOf(pr);
  const before = await configOf(settingsFile(stack));
  const domain = template.config["rung:domain"];
  const config: Record<string, unknown> = {
    ...template.config,
    ...(stage ? { "rung:stage": stage } : {}),
    ...(typeof domain === "string" ? { "rung:domain": `${stack}.${domain}` } : {}),
  };
  if (config["rung:stage"] === "local") Object.assign(config, await portsOf(pr, before));
  const routes = routesTo(config, template.file, await protectedStacks(template.file));
  if (routes.length > 0) throw new DiagnosticsError(routes, 3);
  return { target: await targetOf(stack, config), config };
}

/** Below those that systems hand out for connections (from 32768 on Linux): there, one may be taken at any moment. */
const ports = { first: 20_000, pairs: 5000 } as const;

/** Those it has, or two that neither anything listens on nor another preview was given; by its number if they are free. */
async function portsOf(pr: number, before: Config): Promise<Config> {
  const keys = ["rung:httpsPort", "rung:httpPort"] as const;
  if (keys.every((key) => typeof before[key] === "number"))
    return Object.fromEntries(keys.map((key) => [key, before[key]]));
  const given = await Promise.all((await settingsNames()).map((file) => configOf(file)));
  const taken = new Set(given.flatMap((config) => keys.map((key) => config[key])));
  for (let next = 0; next < ports.pairs; next += 1) {
    const https = ports.first + 2 * ((pr + next) % ports.pairs);
    const both = [https, https + 1];
    if (both.some((port) => taken.has(port))) continue;
    if ((await Promise.all(both.map(isFree))).every(Boolean))
      return Object.fromEntries(keys.map((key, index) => [key, both[index]]));
  }
  const [from, to] = [ports.first, ports.first + 2 * ports.pairs - 1];
  throw failure(
    `no port from ${from} to ${to} is free`,
    "rung pr sweep, or end what listens there",
    "rung pr",
  );
}

/** Writes them. Pulumi's own note of how the stack's secrets are encrypted stays. */
export async function writeDraft(pr: number, { encryption }: Template, { config }: Draft): Promise<void> {
  const file = join(root, settingsFile(stackOf(pr)));
  const document = parseDocument(await readFile(file, "utf8").catch(() => ""));
  for (const [key, value] of Object.entries({ ...encryption, config })) document.set(key, value);
  const text = `# Made by "rung pr up" from the template; not to be committed.\n${document
    .toString()
    .replace(/^# Made by .*\n/, "")}`;
  await writeFile(file, text);
}

export const forgetDraft = (pr: number): Promise<void> =>
  rm(join(root, settingsFile(stackOf(pr))), { force: true });

const settingsNames = async (): Promise<string[]> =>
  (await readdir(root)).filter((name) => /^Pulumi\.[\w.-]+\.yaml$/.test(name));

/** Previews that were given settings here. */
export const drafted = async (): Promise<string[]> =>
  (await settingsNames()).map((name) => name.slice("Pulumi.".length, -".yaml".length)).filter(isPreview);

/** Every stack with settings here that is not there to be thrown away. @param template which is no stack */
export async function protectedStacks(template = templateFile): Promise<Protected[]> {
  const named = (await settingsNames())
    .map((file) => ({ file, stack: file.slice("Pulumi.".length, -".yaml".length) }))
    .filter(({ file, stack }) => ![template, templateFile].includes(file) && !isPreview(stack));
  const all = await Promise.all(named.map(async (one) => ({ ...one, config: await configOf(one.file) })));
  return all.filter(({ config }) => String(config["rung:protect"]) !== "false");
}

async function configOf(file: string): Promise<Config> {
  const text = await readFile(join(root, file), "utf8").catch(() => "");
  const config = (parseDocument(text).toJS() as { config?: Config } | null)?.config;
  return typeof config === "object" && config !== null ? config : {};
}
