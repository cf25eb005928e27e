import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import { project } from "../../engine/backend.ts";
import { paths, root } from "../../engine/paths.ts";

/**
 * A project of its own for a program, so that the stack's settings are not written into the repository.
 * @param tree the checkout that the program belongs to: it runs there
 */
export async function writeProject(folder: string, program: string, tree = root): Promise<void> {
  const runtime = { name: "nodejs", options: { typescript: false } };
  await Promise.all([
    writeFile(join(folder, "Pulumi.yaml"), stringify({ name: project, main: "index.js", runtime })),
    writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", private: true })),
    writeFile(
      join(folder, "index.js"),
      [
        `process.chdir(${JSON.stringify(tree)});`,
        `const program = await import(${JSON.stringify(pathToFileURL(program).href)});`,
        "export default program.default;",
        "",
      ].join("\n"),
    ),
    symlink(paths.modules, join(folder, "node_modules")),
  ]);
}

/** Writes a stack's settings; what the CLI keeps in the file besides is the secrets' salt. */
export async function writeSettings(
  folder: string,
  stack: string,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const before = await readFile(file, "utf8").catch(() => "");
  const salt = /^encryptionsalt: .*$/m.exec(before)?.[0] ?? "";
  await writeFile(file, `${salt}\n${stringify({ config })}`);
}
