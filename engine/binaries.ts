import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { OnProgress } from "./cached.ts";
import { type GoProgram, goBuild, hostPlatform, type Platform } from "./gobuild.ts";
import { npmPackage } from "./npmPackage.ts";
import { paths } from "./paths.ts";

type Arch = "x64" | "arm64";

/** Programs that images of the local stage hold, and that Debian does not package. */
export type LinuxBinary = "versitygw" | "supercronic" | "node" | "dbmate";

const goPrograms = {
  versitygw: { version: "1.8.0", package: "github.com/versity/versitygw/cmd/versitygw" },
  supercronic: { version: "0.2.48", package: "github.com/aptible/supercronic" },
  restic: { version: "0.18.1", package: "github.com/restic/restic/cmd/restic" },
  actionlint: { version: "1.7.12", package: "github.com/rhysd/actionlint/cmd/actionlint" },
} as const;

const nodeVersion = "24.21.0";

const isGo = (name: LinuxBinary): name is LinuxBinary & keyof typeof goPrograms => name in goPrograms;

/**
 * A program for Linux containers, whatever this machine is: from npm, or built from its Go module, and kept in the
 * cache. Its path names version and platform.
 * @param arch by default the Docker daemon's
 * @throws DiagnosticsError when it can neither be brought nor built
 */
export async function linuxBinary(
  name: LinuxBinary,
  arch?: Arch,
  onProgress: OnProgress = () => {},
): Promise<string> {
  const cpu = arch ?? (await daemonArch());
  if (isGo(name)) return goBuild(goProgram(name, { os: "linux", arch: cpu }), onProgress);
  const { package: from, version } = await published(name, cpu);
  return join(await npmPackage(from, version, onProgress), "bin", name);
}

/** What a program is, without bringing it: name, version and platform. */
export async function binaryId(name: LinuxBinary, arch?: Arch): Promise<string> {
  const cpu = arch ?? (await daemonArch());
  if (isGo(name)) return `${name} ${goPrograms[name].version} linux-${cpu}`;
  const { package: from, version } = await published(name, cpu);
  return `${from} ${version}`;
}

const published = async (name: "node" | "dbmate", arch: Arch) =>
  name === "node"
    ? { package: `node-linux-${arch}`, version: nodeVersion }
    : { package: `@dbmate/linux-${arch}`, version: await dbmateVersion() };

/**
 * The same for this machine itself.
 * @throws DiagnosticsError when it cannot be built
 */
export const hostBinary = (name: keyof typeof goPrograms, onProgress?: OnProgress): Promise<string> =>
  goBuild(goProgram(name, hostPlatform()), onProgress);

function goProgram(name: keyof typeof goPrograms, platform: Platform): GoProgram {
  const { version, package: main } = goPrograms[name];
  const ldflags = [`-X main.Version=v${version}`];
  return { name, version, module: name, package: main, ldflags, platform };
}

let asked: Promise<Arch> | undefined;

/** Asked once a process. */
function daemonArch(): Promise<Arch> {
  asked ??= import("./docker.ts").then(async ({ ensureDocker }) => (await ensureDocker()).arch);
  return asked;
}

/** The same as the command line tool that is installed here. */
async function dbmateVersion(): Promise<string> {
  const manifest = await readFile(join(paths.modules, "dbmate", "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
