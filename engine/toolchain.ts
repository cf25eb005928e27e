import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, mkdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { backendUrl } from "./backend.ts";
import type { OnProgress } from "./cached.ts";
import { dockerEnv } from "./dockerHost.ts";
import { withFileLock } from "./fileLock.ts";
import { paths } from "./paths.ts";
import { ensureProvider, providerPins } from "./plugins.ts";
import { ensureCli, withLanguageHost } from "./pulumiCli.ts";
import { readStamp, type Settled, writeStamp } from "./stamp.ts";

/** Where a part of the toolchain came from. */
export type Origin = "official" | "built" | "stand-in" | "missing";

export interface Part {
  readonly name: string;
  readonly version: string;
  readonly origin: Origin;
  readonly path?: string;
  /** What to do where it is missing. */
  readonly mend?: string;
}

/** All that it takes to run the engine. */
export interface Toolchain {
  readonly parts: readonly Part[];
  /** The CLI to start. */
  readonly pulumi: string;
  /** Providers whose official plugin is not there, e.g. `docker`. */
  readonly standIns: readonly string[];
  /** What every process of the engine is started with, over the caller's environment. */
  env(): Record<string, string>;
}

/**
 * Makes the engine ready: Pulumi, its language host and its providers. Where nothing changed since, it only looks: no
 * process is started.
 * @throws DiagnosticsError naming what cannot be had, and the mend
 */
export async function ensureToolchain(onProgress: OnProgress = () => {}): Promise<Toolchain> {
  const stamped = readStamp();
  if (stamped) return toolchain(stamped);
  const onWait = () => onProgress("waiting for another rung that sets up the toolchain");
  const lock = { doing: "setting up the toolchain", waitSeconds: 3600, onWait };
  return withFileLock(join(paths.locks, "toolchain"), lock, async () => {
    const made = readStamp();
    if (made) return toolchain(made);
    const settled = await settle(onProgress);
    await writeStamp(settled);
    return toolchain(settled);
  });
}

async function settle(onProgress: OnProgress): Promise<Settled> {
  await Promise.all([placeNode(), ensurePassphrase()]);
  const cli = await ensureCli(onProgress);
  const { pulumi, host } = await withLanguageHost(cli);
  const providers = await Promise.all(providerPins().map((pin) => ensureProvider(pin, pulumi, onProgress)));
  return {
    pulumi,
    parts: [
      nodePart(),
      { name: "pulumi", version: cli.version, origin: cli.origin, path: cli.path },
      host,
      ...providers,
    ],
  };
}

/** The Node that runs this. */
export const nodePart = (): Part => ({
  name: "node",
  version: process.versions.node,
  origin: "official",
  path: process.execPath,
});

const providerPrefix = "provider ";

function toolchain({ pulumi, parts }: Settled): Toolchain {
  const standIns = parts
    .filter(({ name, origin }) => name.startsWith(providerPrefix) && origin === "stand-in")
    .map(({ name }) => name.slice(providerPrefix.length));
  return { parts, pulumi, standIns, env: () => environment(pulumi, standIns) };
}

function environment(pulumi: string, standIns: readonly string[]): Record<string, string> {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE, PATH = "" } = process.env;
  // The official language host starts the `node` of the PATH: it must be the one that reads TypeScript.
  const front = [...new Set([paths.bin, dirname(pulumi)])];
  const rest = PATH.split(":").filter((folder) => !front.includes(folder));
  const passphrase = PULUMI_CONFIG_PASSPHRASE !== undefined || PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
  return {
    PATH: [...front, ...rest].join(":"),
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_BACKEND_URL: backendUrl(),
    ...(passphrase ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase }),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(standIns.length > 0
      ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true", RUNG_STANDINS: standIns.join(",") }
      : {}),
    ...dockerEnv(),
  };
}

async function placeNode(): Promise<void> {
  const file = join(paths.bin, "node");
  if ((await readlink(file).catch(() => "")) === process.execPath) return;
  await mkdir(paths.bin, { recursive: true });
  const next = `${file}.${process.pid}`;
  await rm(next, { force: true });
  await symlink(process.execPath, next);
  await rename(next, file);
}

/** The key to this clone's secrets, made once; Pulumi reads it from the file. */
async function ensurePassphrase(): Promise<void> {
  await mkdir(paths.state, { recursive: true, mode: 0o700 });
  if (existsSync(paths.passphrase) && (await lstat(paths.passphrase)).size > 0) return;
  await makePassphrase(paths.passphrase);
}

/** Writes a new random key, whole or not at all. */
export async function makePassphrase(file: string): Promise<void> {
  const next = `${file}.${process.pid}`;
  await writeFile(next, randomBytes(32).toString("base64url"), { mode: 0o600 });
  await rename(next, file);
}
