import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { ownProviders } from "../components/providers/own.ts";
import type { OnProgress } from "./cached.ts";
import { paths, root } from "./paths.ts";
import { attempt, officialOnly } from "./reach.ts";
import { isExecutable, run } from "./run.ts";
import type { Part } from "./toolchain.ts";
import { isWrapper, wrapperText, writeWrapper } from "./wrapper.ts";

/** The providers of the local stage: those whose stand-in really does the work. */
export const standInNames = ["docker", "random", "tls"] as const;

export interface ProviderPin {
  readonly name: string;
  /** Of the SDK that is installed: the plugin's version is the same. */
  readonly version: string;
}

/** The providers, at the versions of their SDKs, and our own. */
export const providerPins = (): ProviderPin[] => [
  ...standInNames.map((name) => ({ name, version: installedVersion(`@pulumi/${name}`) })),
  ...ownProviders,
];

/** Providers of our own have no other plugin than the one here. */
const isOwn = ({ name }: Pick<ProviderPin, "name">): boolean => ownProviders.some((own) => own.name === name);

/** The version of an installed package. */
export function installedVersion(name: string): string {
  const manifest = readFileSync(join(paths.modules, name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version.replace(/^v/, "");
}

/** Where Pulumi looks for a provider's plugin. */
export const pluginFile = ({ name, version }: ProviderPin): string =>
  join(paths.pulumiHome, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);

/** What is there now, without bringing anything. */
export async function findProvider(pin: ProviderPin): Promise<Part | undefined> {
  const file = pluginFile(pin);
  if (!isExecutable(file)) return undefined;
  const origin = (await isWrapper(file)) && !isOwn(pin) ? "stand-in" : "official";
  return { name: `provider ${pin.name}`, version: pin.version, origin, path: file };
}

/**
 * Makes a provider's plugin ready: the official one where it can be had, else the stand-in.
 * @throws DiagnosticsError when only an official one will do, and there is none
 */
export async function ensureProvider(
  pin: ProviderPin,
  pulumi: string,
  onProgress: OnProgress,
): Promise<Part> {
  const file = pluginFile(pin);
  if (isOwn(pin)) {
    await writeWrapper(file, wrapperText(join(root, "engine", "plugin.ts"), [pin.name]));
    return { name: `provider ${pin.name}`, version: pin.version, origin: "official", path: file };
  }
  const found = await findProvider(pin);
  if (found?.origin === "official") return found;
  if (await attempt(`provider ${pin.name} ${pin.version}`, () => download(pin, pulumi, onProgress))) {
    return { name: `provider ${pin.name}`, version: pin.version, origin: "official", path: file };
  }
  if (officialOnly()) {
    throw failure(
      `the official ${pin.name} provider ${pin.version} cannot be brought`,
      `let this machine reach Pulumi's downloads, or unset RUNG_OFFICIAL`,
      "pulumi plugin install",
    );
  }
  await writeWrapper(file, wrapperText(join(root, "engine", "plugin.ts"), [pin.name]));
  return { name: `provider ${pin.name}`, version: pin.version, origin: "stand-in", path: file };
}

const answerSeconds = 15;
const downloadSeconds = 300;

/** True once the official plugin is there. What does not begin to send in time is given up. */
async function download(pin: ProviderPin, pulumi: string, onProgress: OnProgress): Promise<true | undefined> {
  onProgress(`asking for the official ${pin.name} provider`);
  const file = pluginFile(pin);
  const folder = join(file, "..");
  const standIn = await isWrapper(file);
  // Pulumi leaves alone what it takes for installed.
  const force = standIn ? ["--reinstall"] : [];
  const args = ["plugin", "install", "resource", pin.name, pin.version, ...force, "--non-interactive"];
  const env = { ...process.env, PULUMI_HOME: paths.pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const seconds = (await reachable()) ? downloadSeconds : answerSeconds;
  const { code } = await run(pulumi, args, { env, timeoutSeconds: seconds });
  if (code === 0 && isExecutable(file) && !(await isWrapper(file))) return true;
  for (const rest of [`${folder}.partial`, `${folder}.lock`])
    await rm(rest, { force: true, recursive: true });
  if (existsSync(folder) && !isExecutable(file)) await rm(folder, { recursive: true, force: true });
  return undefined;
}

let asked: Promise<boolean> | undefined;

/** Whether Pulumi's downloads answer at all; asked once a process. */
export function reachable(): Promise<boolean> {
  asked ??= fetch("https://get.pulumi.com/", { method: "HEAD", signal: AbortSignal.timeout(5000) }).then(
    ({ status }) => status < 400,
    () => false,
  );
  return asked;
}
