import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "../../engine/cached.ts";
import { paths } from "../../engine/paths.ts";
import { installedVersion } from "../../engine/plugins.ts";
import type { RehearsalHomeOptions } from "../../engine/rehearsalHome.ts";
import { lastLines } from "../../engine/run.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import { makeProject, type Project, type Ran, run } from "./project.ts";

export interface SstProject extends Project {
  /** Runs the `sst` that `rung env --stand-ins` puts on the PATH. */
  sst(...args: string[]): Promise<Ran>;
}

const command = join(paths.bin, "sst");

/** A project that has SST. What SST installs beside its configuration is kept for the next: it takes npm a minute. */
export async function sstProject(
  toolchain: Toolchain,
  options: RehearsalHomeOptions = {},
): Promise<SstProject> {
  const project = await makeProject(toolchain, ["sst.config.ts"], {}, options);
  mkdirSync(join(project.folder, own));
  symlinkSync(await platform(project.env), join(project.folder, own, "platform"));
  return { ...project, sst: (...args) => project.run(command, ...args) };
}

/** SST tells its own files by a folder of this name. */
const own = ".sst";

async function platform(env: Readonly<Record<string, string>>): Promise<string> {
  const kept = await cached(
    `sst-${installedVersion("sst")}`,
    () => {},
    async (making) => {
      const config =
        'export default $config({ app: () => ({ name: "empty", home: "local" }), async run() {} });\n';
      writeFileSync(join(making, "sst.config.ts"), config);
      const { code, out } = await run(making, env, command, ["install", "--stage", "dev"]);
      if (code !== 0) throw new Error(`sst install: ${lastLines(out)}`);
    },
  );
  return join(kept, own, "platform");
}
