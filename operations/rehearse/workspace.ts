import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../engine/paths.ts";
import {
  ask,
  type Checkpoint,
  type EngineEvent,
  type PulumiResult,
  type PulumiRun,
  readCheckpoint,
  runPulumi,
} from "../../engine/pulumi.ts";
import { type RehearsalHome, type RehearsalHomeOptions, rehearsalHome } from "../../engine/rehearsalHome.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import { writeProject, writeSettings } from "./project.ts";

/** The stack of every rehearsal, unless it is said otherwise. */
export const stack = "rehearsal";

/** What a run in a workspace may be told. */
export type RunOptions = Pick<PulumiRun, "args" | "env" | "signal" | "kill" | "cwd" | "policyPacks"> & {
  readonly onEvent?: (event: EngineEvent) => void;
};

/** A throw-away home, state and project for one life, and the engine that works in it. */
export interface Workspace {
  readonly folder: string;
  /** The stack's name. */
  readonly stack: string;
  /** The folder of Pulumi.yaml. */
  readonly project: string;
  /** Where the stand-ins hold what the vendors would. */
  readonly store: string;
  /** e.g. `aws 7.48.0`. */
  readonly standIns: readonly string[];
  /** The engine's own, told to work here. */
  readonly toolchain: Toolchain;
  /** Writes the stack's settings, e.g. `{"rung:size": "small"}`. */
  settle(config: Readonly<Record<string, string>>): Promise<void>;
  run(command: PulumiRun["command"], options?: RunOptions): Promise<PulumiResult & { events: EngineEvent[] }>;
  /** Any other command of the CLI. */
  ask(args: readonly string[], input?: string): ReturnType<typeof ask>;
  checkpoint(): Promise<Checkpoint | undefined>;
  /** Copies what stands into a folder, for another workspace to begin with (`from`). */
  save(into: string): Promise<void>;
  remove(): Promise<void>;
}

export interface WorkspaceOptions extends RehearsalHomeOptions {
  /** The program to rehearse: `stacks/index.ts` unless a test says otherwise. */
  readonly program?: string;
  /** Save the state after every step, as a real stack does: for what kills the engine half-way. */
  readonly checkpoints?: boolean;
  /** The name of the stack: part of the name of all that is made. */
  readonly stack?: string;
  /** The checkout that the program belongs to, unless it is this one. */
  readonly tree?: string;
  /** Protects the secrets in the state: a living stack's own, where its state is looked at. */
  readonly passphrase?: Readonly<Record<string, string>>;
  /** A folder that another workspace of the same stack was saved into. */
  readonly from?: string;
}

/** Makes the folders of a rehearsal, and its stack. Its plugins are the stand-ins, whatever else the machine has. */
export async function makeWorkspace(engine: Toolchain, options: WorkspaceOptions = {}): Promise<Workspace> {
  const { tree = root, checkpoints = false, stack: name = stack, real = [] } = options;
  const { program = join(tree, "stacks", "index.ts"), from } = options;
  const passphrase = options.passphrase ?? (from ? await savedPassphrase(from) : newPassphrase());
  const folder = await mkdtemp(join(tmpdir(), "rung-rehearsal-"));
  const project = join(folder, "project");
  const [home] = await Promise.all([
    rehearsalHome(folder, { real }),
    mkdir(project, { mode: 0o700 }).then(() => writeProject(project, program, tree)),
  ]);
  const kept = keptOf(home, project, name);
  if (from) await Promise.all(kept.map(({ path, as }) => cp(join(from, as), path, { recursive: true })));
  const toolchain = inside(engine, home, checkpoints, passphrase);
  const made: Workspace = {
    folder,
    stack: name,
    project,
    store: home.store,
    standIns: home.standIns,
    toolchain,
    settle: (config) => writeSettings(project, name, config),
    async run(command, { onEvent = () => {}, ...more } = {}) {
      const events: EngineEvent[] = [];
      const run = { toolchain, command, stack: name, cwd: project, runs: join(folder, "runs"), ...more };
      const result = await runPulumi(run, (event) => {
        events.push(event);
        onEvent(event);
      });
      return { ...result, events };
    },
    ask: (args, input) => ask(toolchain, args, input, project),
    checkpoint: () => readCheckpoint(name, join(home.state, ".pulumi")),
    save: (into) => save(into, kept, passphrase),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  if (from) return made;
  const { code, stderr } = await made.ask(["stack", "init", name]);
  if (code === 0) return made;
  await made.remove();
  throw new Error(`pulumi stack init: ${stderr.trim()}`);
}

/** What makes a stack of a workspace: its state, what the stand-ins hold, and the note of its key in its settings. */
const keptOf = ({ state, store }: RehearsalHome, project: string, stack: string) => [
  { path: state, as: "state" },
  { path: store, as: "store" },
  { path: join(project, `Pulumi.${stack}.yaml`), as: "settings.yaml" },
];

const passphraseFile = "passphrase.json";

async function save(
  into: string,
  kept: ReturnType<typeof keptOf>,
  passphrase: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(into, { recursive: true, mode: 0o700 });
  await Promise.all([
    ...kept.map(({ path, as }) => cp(path, join(into, as), { recursive: true })),
    writeFile(join(into, passphraseFile), JSON.stringify(passphrase), { mode: 0o600 }),
  ]);
}

const savedPassphrase = async (from: string): Promise<Record<string, string>> =>
  JSON.parse(await readFile(join(from, passphraseFile), "utf8")) as Record<string, string>;

const newPassphrase = () => ({
  PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("hex"),
  PULUMI_CONFIG_PASSPHRASE_FILE: "",
});

/** The same engine, with another home and state. */
function inside(
  engine: Toolchain,
  home: RehearsalHome,
  checkpoints: boolean,
  passphrase: Readonly<Record<string, string>>,
): Toolchain {
  const env = {
    ...home.env,
    ...passphrase,
    PULUMI_BACKEND_URL: pathToFileURL(home.state).href,
    // The whole state written after each of N resources costs N²; a state that is thrown away is written once.
    ...(checkpoints ? {} : { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }),
  };
  return { ...engine, env: () => ({ ...engine.env(), ...env }) };
}
