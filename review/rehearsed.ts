import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StageName } from "../components/model/words.ts";
import type { EngineDiagnostic, EngineEvent, PulumiResult, StateResource } from "../engine/pulumi.ts";
import { specialSignature } from "../engine/specialSignature.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { writeProject, writeSettings } from "../operations/rehearse/project.ts";
import { hasServers, type Server, startServers } from "../operations/rehearse/servers.ts";
import { makeWorkspace, type Workspace, type WorkspaceOptions } from "../operations/rehearse/workspace.ts";
import { keepBase, keptBase, nameOfBase } from "./bases.ts";
import { Graph } from "./read/graph.ts";
import type { Tree } from "./trees.ts";

/** What a preview said, whoever made it. */
export interface Preview {
  readonly events: readonly EngineEvent[];
  readonly diagnostics: readonly EngineDiagnostic[];
  readonly succeeded: boolean;
  readonly seconds: number;
  /** Of what is to be: what each resource would need. */
  readonly plan: Readonly<Record<string, PlannedResource>>;
}

/** As the engine's own plan has it. */
export interface PlannedResource {
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

/** A stack that stands, in a rehearsal's state: previews are made against it, as many as one likes. */
export interface Standing {
  readonly graph: Graph;
  /** What must never be printed: every secret of the state in the clear. */
  readonly secrets: readonly string[];
  /** Why it does not stand; undefined when it does. */
  readonly failure: string | undefined;
  /** What `head` would change. Changes nothing; several may run at once. */
  preview(head: Head, policyPacks?: readonly string[]): Promise<Preview>;
  end(): Promise<void>;
}

/** A program and its settings. */
export interface Head {
  readonly tree: Tree;
  readonly config: Readonly<Record<string, string>>;
  /** Relative to the tree; `stacks/index.ts` unless a test says otherwise. */
  readonly program?: string;
}

export interface StandingOptions {
  readonly toolchain: Toolchain;
  readonly stack: string;
  readonly stage: StageName | undefined;
  readonly head: Head;
  /** Nothing stands yet: the stack is new. */
  readonly empty?: boolean;
  /** An exported state to stand on, instead of one that is made. */
  readonly state?: { readonly deployment: unknown; readonly passphrase: Readonly<Record<string, string>> };
}

const defaultProgram = join("stacks", "index.ts");

/** Brings a stack up with stand-ins, or takes over an exported state. The caller ends it. */
export async function stand(options: StandingOptions): Promise<Standing> {
  const { toolchain, stack, stage, head, state } = options;
  const name = await keptAs(options);
  const kept = name === undefined ? undefined : await keptBase(name);
  const at: WorkspaceOptions = {
    stack,
    tree: head.tree.folder,
    program: join(head.tree.folder, head.program ?? defaultProgram),
    ...(state ? { passphrase: state.passphrase } : {}),
    ...(kept ? { from: kept.folder } : {}),
  };
  const workspace = await makeWorkspace(toolchain, at);
  let servers: Server[] = [];
  const end = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await workspace.remove();
  };
  try {
    servers = stage && stage !== "local" ? await startServers(stage, workspace) : [];
    const env = Object.assign({}, ...servers.map((server) => server.env)) as Record<string, string>;
    await workspace.settle(head.config);
    const failure = kept || options.empty ? undefined : await begin(workspace, env, state);
    const [checkpoint, secrets] = await Promise.all([
      workspace.checkpoint(),
      kept?.secrets ?? secretsOf(workspace),
    ]);
    if (name !== undefined && !kept && !failure) await keepBase(name, workspace, secrets);
    return {
      graph: new Graph(checkpoint?.resources ?? []),
      secrets,
      failure,
      preview: (next, packs = []) => previewOf(workspace, stack, env, next, packs),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** A commit's stack stands the same each time, where no server has a part in it: it is brought up once. */
async function keptAs({ stack, stage, head, empty, state }: StandingOptions): Promise<string | undefined> {
  const { commit } = head.tree;
  if (commit === undefined || empty || state || stage === undefined || hasServers(stage)) return undefined;
  return nameOfBase(commit, stack, head);
}

const begin = (
  workspace: Workspace,
  env: Readonly<Record<string, string>>,
  state: StandingOptions["state"],
): Promise<string | undefined> => (state ? takeOver(workspace, state.deployment) : bringUp(workspace, env));

async function bringUp(
  workspace: Workspace,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { code, diagnostics } = await workspace.run("up", { env });
  return code === 0 ? undefined : errorOf(diagnostics);
}

/** The engine must be told whose key encrypts what is secret in it: this workspace's, where the state does not say. */
async function takeOver(workspace: Workspace, exported: unknown): Promise<string | undefined> {
  const { deployment, ...rest } = exported as { deployment: object };
  const settings = await readFile(join(workspace.project, `Pulumi.${workspace.stack}.yaml`), "utf8");
  const salt = /^encryptionsalt: (.*)$/m.exec(settings)?.[1];
  const ownKey = salt ? { secrets_providers: { type: "passphrase", state: { salt } } } : {};
  const told = JSON.stringify({ ...rest, deployment: { ...ownKey, ...deployment } });
  const { code, stderr } = await workspace.ask(["stack", "import"], told);
  return code === 0 ? undefined : stderr.trim();
}

export const errorOf = (diagnostics: readonly EngineDiagnostic[]): string =>
  diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message.trim())
    .join("\n") || "the engine failed and said nothing";

async function previewOf(
  workspace: Workspace,
  stack: string,
  env: Readonly<Record<string, string>>,
  head: Head,
  policyPacks: readonly string[],
): Promise<Preview> {
  const folder = await mkdtemp(join(workspace.folder, "preview-"));
  try {
    await mkdir(join(folder, "project"));
    const cwd = join(folder, "project");
    await writeProject(cwd, join(head.tree.folder, head.program ?? defaultProgram), head.tree.folder);
    // The note of how secrets are encrypted is part of the settings.
    const name = `Pulumi.${stack}.yaml`;
    await writeFile(join(cwd, name), await readFile(join(workspace.project, name), "utf8"));
    await writeSettings(cwd, stack, head.config);
    const file = join(folder, "plan.json");
    const ran = await workspace.run("preview", { env, cwd, policyPacks, args: ["--save-plan", file] });
    return await previewed(ran, ran.events, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a run of the engine said, with the plan that `--save-plan` wrote; a run that failed wrote none. */
export async function previewed(
  { diagnostics, code, seconds }: Pick<PulumiResult, "diagnostics" | "code" | "seconds">,
  events: readonly EngineEvent[],
  file: string,
): Promise<Preview> {
  const { resourcePlans = {} } = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as {
    resourcePlans?: Record<string, { goal?: PlannedResource | null }>;
  };
  const plan = Object.fromEntries(
    Object.entries(resourcePlans).flatMap(([urn, { goal }]) => (goal ? [[urn, goal]] : [])),
  );
  return { events, diagnostics, succeeded: code === 0, seconds, plan };
}

/** Every secret of the state in the clear, to look for in what is printed. */
async function secretsOf(workspace: Workspace): Promise<string[]> {
  const { code, stdout } = await workspace.ask(["stack", "export", "--show-secrets"]);
  return code === 0 ? secretTexts(JSON.parse(stdout)) : [];
}

/** The texts of a state that must never be printed. @param exported with `--show-secrets` */
export function secretTexts(exported: {
  readonly deployment?: { readonly resources?: readonly StateResource[] };
}): string[] {
  // The app is told its stage and address in a secret among others; what the stack's outputs say openly is none.
  const stackItself = exported.deployment?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  const open = new Set(openTexts(stackItself?.outputs));
  return secretsIn(exported).filter((secret) => !open.has(secret));
}

/** Texts that no secret holds. */
function openTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || specialSignature in value) return [];
  return Object.values(value).flatMap(openTexts);
}

/** The texts of all secrets in an export made with `--show-secrets`. */
export function secretsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const plain = (value as Record<string, unknown>).plaintext;
  if (specialSignature in value && typeof plain === "string") return textsIn(JSON.parse(plain));
  return Object.values(value).flatMap(secretsIn);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
