import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import { ownProviders } from "../../components/providers/own.ts";
import { paths, root } from "../../engine/paths.ts";
import { installedSdks } from "../../engine/providers/generic/sdk/package.ts";

const project = "rung";
/** The stack of every rehearsal: a preview's name, so that nothing of it is kept for good. */
export const stack = "rehearsal";

/** A throw-away home, state and project for one life. */
export interface Workspace {
  readonly folder: string;
  /** What the engine is run with, over the caller's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the stand-ins hold what the vendors would. */
  readonly store: string;
  /** e.g. `aws 7.48.0`. */
  readonly standIns: readonly string[];
  remove(): Promise<void>;
}

export interface WorkspaceOptions {
  /** The program to rehearse: `stacks/index.ts` unless a test says otherwise. */
  readonly program?: string;
  /** Save the state after every step, as a real stack does: for what kills the engine half-way. */
  readonly checkpoints?: boolean;
}

/** Makes the folders of a rehearsal. Its plugins are the stand-ins, whatever else the machine has. */
export async function makeWorkspace({
  program = join(root, "stacks", "index.ts"),
  checkpoints = false,
}: WorkspaceOptions = {}): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), "rung-rehearsal-"));
  const [home, state, store, work] = ["home", "state", "store", "project"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  await Promise.all([home, state, store, work].map((path) => mkdir(path, { mode: 0o700 })));
  const sdks = [...installedSdks(paths.modules)];
  await Promise.all([
    ...[...sdks, ...ownProviders].map(({ name, version }) => writePlugin(home, name, version)),
    writeProject(work, program),
  ]);
  return {
    folder,
    store,
    standIns: sdks.map(({ name, version }) => `${name} ${version}`),
    env: {
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("hex"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DEBUG_COMMANDS: "true",
      RUNG_REHEARSAL_DIR: store,
      // The whole state written after each of N resources costs N²; a state that is thrown away is written once.
      ...(checkpoints ? {} : { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }),
      // A real account's credentials have no part in this.
      PULUMI_ACCESS_TOKEN: "",
      AWS_PROFILE: "",
      KUBECONFIG: "",
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A plugin is a program the engine starts; these start the stand-ins. */
async function writePlugin(home: string, name: string, version: string): Promise<void> {
  const folder = join(home, "plugins", `resource-${name}-v${version}`);
  const file = join(folder, `pulumi-resource-${name}`);
  await mkdir(folder, { recursive: true });
  const quoted = [process.execPath, join(root, "engine", "plugin.ts"), name].map(
    (word) => `'${word.replaceAll("'", "'\\''")}'`,
  );
  await writeFile(file, `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`);
  await chmod(file, 0o755);
}

/** A project of its own, so that the stack's settings are not written into the repository. */
async function writeProject(folder: string, program: string): Promise<void> {
  const runtime = { name: "nodejs", options: { typescript: false } };
  await Promise.all([
    writeFile(join(folder, "Pulumi.yaml"), stringify({ name: project, main: "index.js", runtime })),
    writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", private: true })),
    writeFile(
      join(folder, "index.js"),
      [
        `process.chdir(${JSON.stringify(root)});`,
        `const program = await import(${JSON.stringify(pathToFileURL(program).href)});`,
        "export default program.default;",
        "",
      ].join("\n"),
    ),
    symlink(paths.modules, join(folder, "node_modules")),
  ]);
}
