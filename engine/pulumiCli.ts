import {
  constants,
  copyFile,
  link,
  mkdir,
  open,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { cached, type OnProgress } from "./cached.ts";
import { goBuild, hostPlatform } from "./gobuild.ts";
import { cache, paths, root } from "./paths.ts";
import { installedVersion, reachable } from "./plugins.ts";
import { attempt, officialOnly } from "./reach.ts";
import { allOnPath, isExecutable, run } from "./run.ts";
import type { Part } from "./toolchain.ts";
import { fits, parseVersion } from "./version.ts";
import { wrapperText, writeWrapper } from "./wrapper.ts";

/** A CLI that was found, and where it is from. */
export interface Cli {
  readonly path: string;
  readonly version: string;
  readonly origin: "official" | "built";
}

/** The version that goes with the installed SDK. */
export const pinnedVersion = (): string => installedVersion("@pulumi/pulumi");

const hostName = "pulumi-language-nodejs";

/** CLIs on the PATH, without the one that we put there ourselves. */
export const othersOnPath = (): string[] =>
  allOnPath("pulumi").filter((file) => resolve(dirname(file)) !== resolve(paths.bin));

const builtName = (version: string): string => {
  const { os, arch } = hostPlatform();
  return `pulumi-${version}-${os}-${arch}`;
};

const downloadName = (version: string): string => `${builtName(version)}-official`;

/** What is on this machine, in the order in which it is preferred; nothing is brought. */
export async function findCli(): Promise<Cli | undefined> {
  const pinned = pinnedVersion();
  for (const path of othersOnPath()) {
    const version = (await isUsable(path)) ? await versionOf(path) : undefined;
    if (version && fits(version, pinned)) return { path, version, origin: "official" };
  }
  const versions = [paths.pulumiHome, join(homedir(), ".pulumi")].map((home) =>
    join(home, "versions", pinned),
  );
  for (const folder of [...versions, join(cache(), downloadName(pinned))]) {
    const path = join(folder, "bin", "pulumi");
    if (isExecutable(path)) return { path, version: pinned, origin: "official" };
  }
  return undefined;
}

/** The one that was built here before. */
export function findBuilt(): Cli | undefined {
  const pinned = pinnedVersion();
  const path = join(cache(), builtName(pinned), "pulumi");
  return isExecutable(path) ? { path, version: pinned, origin: "built" } : undefined;
}

/** Not a version manager's or npm's script without a host beside it: where that leads to is not known. */
async function isUsable(path: string): Promise<boolean> {
  const real = await realpath(path);
  if (isExecutable(join(dirname(real), hostName))) return true;
  const file = await open(real);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString() !== "#!";
  } finally {
    await file.close();
  }
}

async function versionOf(path: string): Promise<string | undefined> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { code, stdout } = await run(path, ["version"], { timeoutSeconds: 10, env });
  const version = stdout.trim().replace(/^v/, "");
  return code === 0 && parseVersion(version) ? version : undefined;
}

/**
 * The Pulumi CLI: found, brought, or built from its Go module.
 * @throws DiagnosticsError when it is not to be had
 */
export async function ensureCli(onProgress: OnProgress): Promise<Cli> {
  const found = await findCli();
  if (found) return found;
  const version = pinnedVersion();
  const path = await attempt(`pulumi ${version}`, () => download(version, onProgress));
  if (path) return { path, version, origin: "official" };
  if (officialOnly()) {
    throw failure(
      `the official Pulumi CLI ${version} cannot be brought`,
      `install it (https://www.pulumi.com/docs/install/), or unset RUNG_OFFICIAL`,
      "pulumi",
    );
  }
  const built = await goBuild(
    {
      name: "pulumi",
      version,
      module: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ldflags: [`-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`],
      platform: hostPlatform(),
    },
    (text) => onProgress(`building Pulumi ${version}, ${text}`),
  );
  return { path: built, version, origin: "built" };
}

/** By the vendor's own installer, as npm's `pulumi` package does it. */
async function download(version: string, onProgress: OnProgress): Promise<string | undefined> {
  onProgress("asking for the official Pulumi CLI");
  if (!(await reachable())) return undefined;
  const answer = await fetch("https://get.pulumi.com/install.sh", { signal: AbortSignal.timeout(15_000) });
  if (!answer.ok) return undefined;
  const script = join(tmpdir(), `rung-pulumi-install-${process.pid}.sh`);
  await writeFile(script, await answer.text(), { mode: 0o700 });
  try {
    const folder = await cached(downloadName(version), onProgress, async (making) => {
      onProgress(`downloading Pulumi ${version}`);
      const args = [script, "--no-edit-path", "--install-root", making, "--version", version];
      const { code, stderr } = await run("sh", args, { timeoutSeconds: 600 });
      if (code !== 0) throw new Error(stderr);
      if ((await versionOf(join(making, "bin", "pulumi"))) !== version)
        throw new Error("another version came");
    });
    return join(folder, "bin", "pulumi");
  } finally {
    await rm(script, { force: true });
  }
}

/** The CLI as it is to be started, and its language host. */
export interface Hosted {
  readonly pulumi: string;
  readonly host: Part;
}

const linked = join(paths.bin, "pulumi");
const wrapper = join(paths.bin, hostName);

/** The language host that a CLI has beside it, or that stands in for one; nothing is written. */
export async function languageHostOf(cli: Cli): Promise<Part | undefined> {
  const name = "language host";
  const official = join(dirname(await realpath(cli.path)), hostName);
  if (isExecutable(official)) return { name, version: cli.version, origin: "official", path: official };
  return isExecutable(wrapper)
    ? { name, version: pinnedVersion(), origin: "stand-in", path: wrapper }
    : undefined;
}

/**
 * Pulumi looks for the language host beside itself. One that has none there is linked beside ours.
 * @throws DiagnosticsError when only the official host will do
 */
export async function withLanguageHost(cli: Cli): Promise<Hosted> {
  const found = await languageHostOf(cli);
  if (found?.origin === "official") {
    await Promise.all([linked, wrapper].map((file) => rm(file, { force: true })));
    return { pulumi: cli.path, host: found };
  }
  if (officialOnly()) {
    throw failure(
      `there is no ${hostName} beside ${cli.path}`,
      "install Pulumi with its own installer, or unset RUNG_OFFICIAL",
      "pulumi",
    );
  }
  await placeBeside(cli.path, linked);
  await writeWrapper(wrapper, wrapperText(join(root, "engine", "language", "main.ts")));
  const host: Part = { name: "language host", version: pinnedVersion(), origin: "stand-in", path: wrapper };
  return { pulumi: linked, host };
}

/** A hard link, as Pulumi follows symbolic ones before it looks beside itself; a copy between file systems. */
async function placeBeside(from: string, to: string): Promise<void> {
  const real = await realpath(from);
  const [source, present] = [await stat(real), await stat(to).catch(() => undefined)];
  const same = present && present.size === source.size && present.mtimeMs >= source.mtimeMs;
  if (present?.ino === source.ino || (same && present.dev !== source.dev)) return;
  await mkdir(dirname(to), { recursive: true });
  const next = `${to}.${process.pid}`;
  await rm(next, { force: true });
  await link(real, next).catch(() => copyFile(real, next, constants.COPYFILE_FICLONE));
  await rename(next, to);
}
