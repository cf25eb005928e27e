import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { root } from "../../engine/paths.ts";
import type { RehearsalHomeOptions } from "../../engine/rehearsalHome.ts";
import { standInsHome } from "../../engine/standInsHome.ts";
import type { Toolchain } from "../../engine/toolchain.ts";

export interface Ran {
  readonly code: number;
  /** Both streams as they came. */
  readonly out: string;
}

/** A project beside the repository with the repository's program, and what `rung env --stand-ins` sets there. */
export interface Project {
  readonly folder: string;
  /** Of the engine, the stand-ins and SST: state, logs, what the vendors would hold. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes `Pulumi.<stack>.yaml`. */
  settle(stack: string, config: Readonly<Record<string, unknown>>): void;
  /** Runs a program in the project, and waits for its end. */
  run(program: string, ...args: string[]): Promise<Ran>;
  /** What the stand-ins hold for a stack: types, e.g. `aws-s3-bucket`. */
  held(stack: string): string[];
  remove(): void;
}

/**
 * Makes one.
 * @param copied files of the repository that are copied, as a tool writes beside them; the program's are linked
 * @param more environment, over that of the stand-ins
 */
export async function makeProject(
  toolchain: Toolchain,
  copied: readonly string[],
  more: Readonly<Record<string, string>> = {},
  options: RehearsalHomeOptions = {},
): Promise<Project> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "rung-project-")));
  const home = join(folder, ".rehearsal");
  const env = { ...(await standInsHome(toolchain, home, options)).env, ...more };
  for (const name of ["app", "components", "engine", "node_modules", "package.json", "stacks"])
    symlinkSync(join(root, name), join(folder, name));
  for (const name of copied) cpSync(join(root, name), join(folder, name));
  return {
    folder,
    home,
    env,
    settle: (stack, config) => writeFileSync(join(folder, `Pulumi.${stack}.yaml`), stringify({ config })),
    run: (program, ...args) => run(folder, env, program, args),
    held: (stack) =>
      readdirSync(join(home, "store"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.parentPath.endsWith(`/${stack}`))
        .map(({ name }) => name.replace(/-[0-9a-f]{16}\.json$/, "")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a program to its end. */
export function run(
  cwd: string,
  env: Readonly<Record<string, string>>,
  program: string,
  args: readonly string[],
): Promise<Ran> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (more: string) => {
      out += more;
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 137, out }));
  });
}
