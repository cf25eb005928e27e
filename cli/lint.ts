import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { renderDiagnostics } from "../components/model/diagnostics.ts";
import { root } from "../engine/paths.ts";
import { lint } from "../operations/database/lint.ts";
import { lintD1 } from "../operations/database/lintD1.ts";

/**
 * Checks migrations: those that are named, or all of `migrations/`.
 * @returns 3 when a rule is broken
 */
export async function dbLint(named: readonly string[], options: { json?: boolean }): Promise<number> {
  const files = named.length > 0 ? named.map((file) => resolve(file)) : await all();
  const isD1 = (file: string) => file.includes("/schema-d1/");
  const broken = [
    ...(await lint(files.filter((file) => !isD1(file)))),
    ...(await lintD1(files.filter(isD1))),
  ];
  if (options.json) process.stdout.write(`${JSON.stringify(broken, null, 2)}\n`);
  else
    process.stdout.write(
      `${broken.length > 0 ? renderDiagnostics(broken) : `  ${files.length} migrations, nothing to say`}\n`,
    );
  return broken.length > 0 ? 3 : 0;
}

async function all(): Promise<string[]> {
  const folders = ["schema", "schema-d1"].map((name) => join(root, "migrations", name));
  const found = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).toSorted().map((name) => join(folder, name))),
  );
  return found.flat().filter((file) => file.endsWith(".sql"));
}
