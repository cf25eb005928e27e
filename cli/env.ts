import { join, relative } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { paths, root } from "../engine/paths.ts";
import { sstBringsAll, sstHome } from "../engine/sstHome.ts";
import { standInsHome } from "../engine/standInsHome.ts";
import { ensureToolchain, type Toolchain } from "../engine/toolchain.ts";
import { quoted } from "../engine/wrapper.ts";

/**
 * Prints what `eval "$(rung env)"` sets, so that plain `pulumi` and `sst` run with the same tools on the same state;
 * or, with `standIns`, with a stand-in for every provider on a state of its own. What it takes long to bring is told on
 * stderr.
 * @returns 0
 */
export async function env({ standIns = false }: { standIns?: boolean } = {}): Promise<number> {
  let told = "";
  const toolchain = await ensureToolchain((text) => {
    const stretch = text.replaceAll(/\d+/g, "");
    if (stretch !== told) process.stderr.write(`rung: ${text}\n`);
    told = stretch;
  });
  process.stdout.write(exportsOf(standIns ? await standInsEnv(toolchain) : await ownEnv(toolchain)));
  return 0;
}

async function ownEnv(toolchain: Toolchain): Promise<Readonly<Record<string, string>>> {
  const sst = sstBringsAll(toolchain)
    ? { RUNG_SST_HOME: "" }
    : await sstHome(toolchain, join(paths.own, "sst"), join(paths.pulumiHome, "plugins"));
  return { ...toolchain.env(), ...sst };
}

async function standInsEnv(toolchain: Toolchain): Promise<Readonly<Record<string, string>>> {
  const { env, folder } = await standInsHome(toolchain);
  process.stderr.write(
    `rung: providers of vendors are stand-ins in this shell: no account is reached;\n` +
      `rung: what they make is held in ${relative(root, folder)}/\n`,
  );
  return env;
}

/** As lines for sh. */
export function exportsOf(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw failure(`${name} is not a variable's name`, "name it otherwise");
      return `export ${name}=${quoted(value)}\n`;
    })
    .join("");
}
