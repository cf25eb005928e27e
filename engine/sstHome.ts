import { mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { paths } from "./paths.ts";
import type { Toolchain } from "./toolchain.ts";
import { quoted, writeWrapper } from "./wrapper.ts";

/** Whether SST's own downloads can be had: they can where all of Pulumi's could. */
export const sstBringsAll = ({ parts }: Toolchain): boolean =>
  parts.every(({ origin }) => origin === "official");

/**
 * A home for SST with the engine and the plugins that are here. SST would download an engine and Bun, and looks for
 * plugins in a folder of its own: the `sst` that `rung env` puts on the PATH gives it this one.
 * @param folder where SST keeps its state too
 * @param plugins the engine's
 * @returns what the environment must say for that `sst`
 */
export async function sstHome(
  toolchain: Toolchain,
  folder: string,
  plugins: string,
): Promise<Readonly<Record<string, string>>> {
  // Elsewhere SST asks the system for its folder, and takes no other.
  if (process.platform !== "linux") return {};
  const home = join(folder, "sst");
  await Promise.all([
    mkdir(plugins, { recursive: true }),
    mkdir(home, { recursive: true, mode: 0o700 }),
    writeWrapper(join(paths.bin, "sst"), launcher),
  ]);
  await Promise.all([
    // The engine follows the link before it looks for the language host beside itself.
    linkTo(toolchain.pulumi, join(home, "bin", "pulumi")),
    linkTo(plugins, join(home, "plugins")),
  ]);
  return { RUNG_SST_HOME: folder };
}

const launcher = [
  "#!/bin/sh",
  "# Written by Rung: the SST that is installed here, on the engine and the plugins that are here.",
  'if [ -n "$RUNG_SST_HOME" ]; then',
  '  export XDG_CONFIG_HOME="$RUNG_SST_HOME" SST_SKIP_DEPENDENCY_CHECK=1 SST_NO_BUN=1',
  // Where nothing can be downloaded, nothing can be reported either: each try would be a line of errors.
  "  export SST_TELEMETRY_DISABLED=1",
  "fi",
  `exec ${[process.execPath, join(paths.modules, "sst", "bin", "sst.mjs")].map(quoted).join(" ")} "$@"`,
  "",
].join("\n");

async function linkTo(target: string, link: string): Promise<void> {
  if ((await readlink(link).catch(() => "")) === target) return;
  await mkdir(dirname(link), { recursive: true });
  const next = `${link}.${process.pid}`;
  await rm(next, { force: true });
  await symlink(target, next);
  await rename(next, link);
}
