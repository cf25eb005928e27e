import { failure } from "../components/model/diagnostics.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { quoted } from "../engine/wrapper.ts";

/**
 * Prints what `eval "$(rung env)"` sets, so that plain `pulumi` runs with the same tools on the same state. What it
 * takes long to bring is told on stderr.
 * @returns 0
 */
export async function env(): Promise<number> {
  let told = "";
  const toolchain = await ensureToolchain((text) => {
    const stretch = text.replaceAll(/\d+/g, "");
    if (stretch !== told) process.stderr.write(`rung: ${text}\n`);
    told = stretch;
  });
  process.stdout.write(exportsOf(toolchain.env()));
  return 0;
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
