import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Operation, type Report, step } from "../progress.ts";
import { heldInState, type Run, run, type Tools } from "./engine.ts";
import { changesIn, countsIn, type EngineEvent, errorsIn, nameOfUrn } from "./events.ts";
import type { StepName, StepResult } from "./result.ts";
import { stack, type Workspace } from "./workspace.ts";

/** What is rehearsed: a program, and its settings before and after the change in the middle of its life. */
export interface LifePlan {
  readonly name: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

/** One life of one stack, step by step. */
export class Life {
  readonly #plan: LifePlan;
  readonly #workspace: Workspace;
  readonly #tools: Tools;
  readonly #env: Readonly<Record<string, string>>;
  readonly #report: Report;
  readonly #providers = new Set<string>();

  constructor(
    plan: LifePlan,
    workspace: Workspace,
    tools: Tools,
    env: Readonly<Record<string, string>>,
    report: Report,
  ) {
    this.#plan = plan;
    this.#workspace = workspace;
    this.#tools = tools;
    this.#env = env;
    this.#report = report;
  }

  /** The stand-ins that were used, of those that stood ready. */
  standIns(): string[] {
    return this.#workspace.standIns.filter((standIn) => this.#providers.has(standIn.split(" ")[0] ?? ""));
  }

  /** Ends at the first step that went wrong, but always destroys what was made. */
  async live(heldByServers: () => Promise<readonly string[]> = async () => []): Promise<StepResult[]> {
    await this.#demand(["stack", "init", stack]);
    await this.#settle(this.#plan.before);
    const steps: StepResult[] = [];
    const next = async (name: StepName, args: readonly string[], judge: (run: Run) => string[]) => {
      const last = steps.at(-1);
      if (last && last.problems.length > 0) return;
      steps.push(await this.#step(name, args, judge));
    };
    await next("up", ["up", "--yes", "--skip-preview"], () => []);
    await next("preview again", ["preview", "--diff"], unchanged);
    await this.#settle(this.#plan.after);
    await next("resize", ["up", "--yes", "--skip-preview"], changed);
    await next("refresh", ["refresh", "--yes", "--skip-preview"], unchanged);
    steps.push(await this.#step("destroy", ["destroy", "--yes", "--skip-preview"], () => []));
    const left = [...(await this.#left()), ...(await heldByServers())];
    const last = steps.pop();
    if (last)
      steps.push({ ...last, problems: [...last.problems, ...left.map((what) => `left behind: ${what}`)] });
    return steps;
  }

  async #step(name: StepName, args: readonly string[], judge: (run: Run) => string[]): Promise<StepResult> {
    return step(this.#report, `${this.#plan.name}: ${name}`, async () => {
      const done = await this.#run(args, (event) => this.#pass(event));
      const errors = errorsIn(done.events);
      const failed = done.code === 0 ? [] : [errors.length > 0 ? "" : lastLines(done.output)].filter(Boolean);
      return {
        step: name,
        seconds: done.seconds,
        counts: countsIn(done.events),
        changes: changesIn(done.events),
        problems: [...errors, ...failed, ...(done.code === 0 ? judge(done) : [])],
      };
    });
  }

  /** Tells the watcher, and remembers which providers were at work. */
  #pass(event: EngineEvent): void {
    const began = event.resourcePreEvent?.metadata;
    const ended = event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
    const metadata = began ?? ended;
    if (!metadata) return;
    const provider = metadata.provider?.split("::")[2]?.replace("pulumi:providers:", "");
    if (provider) this.#providers.add(provider);
    const operation = progressOf[metadata.op];
    if (!operation) return;
    this.#report({
      event: "resource",
      capability: "other",
      name: nameOfUrn(metadata.urn),
      type: metadata.type,
      operation,
      state: began ? "running" : event.resOpFailedEvent ? "failed" : "done",
    });
  }

  #run(args: readonly string[], onEvent?: (event: EngineEvent) => void): Promise<Run> {
    return run(this.#tools, this.#workspace, [...args, "--stack", stack], onEvent, this.#env);
  }

  async #demand(args: readonly string[]): Promise<void> {
    const { code, output } = await run(this.#tools, this.#workspace, args, undefined, this.#env);
    if (code !== 0) throw new Error(`pulumi ${args.slice(0, 2).join(" ")}: ${lastLines(output)}`);
  }

  /** Writes the stack's settings; what the CLI keeps in the file besides is the secrets' salt. */
  async #settle(config: Readonly<Record<string, string>>): Promise<void> {
    const file = join(this.#workspace.folder, "project", `Pulumi.${stack}.yaml`);
    const salt =
      /^encryptionsalt: .*$/m.exec(existsSync(file) ? await readFile(file, "utf8") : "")?.[0] ?? "";
    await writeFile(file, `${salt}\n${stringify({ config: config })}`);
  }

  /** What outlived the destroy, in the state or at a vendor's. */
  async #left(): Promise<string[]> {
    const [inState, folders] = await Promise.all([
      heldInState(this.#tools, this.#workspace),
      readdir(this.#workspace.store, { recursive: true, withFileTypes: true }),
    ]);
    return [
      ...inState.map((urn) => `${nameOfUrn(urn)} in the state`),
      ...folders
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.name.replace(/-[0-9a-f]{16}\.json$/, "")} at the vendor`),
    ];
  }
}

const progressOf: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  read: "read",
  refresh: "refresh",
};

/** Nothing was to change, and yet: what did. */
function unchanged({ events }: Run): string[] {
  const changes = changesIn(events).map(
    ({ operation, type, name, paths }) =>
      `${operation} of ${type} ${name}${paths.length > 0 ? `: ${paths.join(", ")}` : ""}`,
  );
  const { create, update, replace, delete: deleted } = countsIn(events);
  const counted = create + update + replace + deleted;
  return changes.length > 0 || counted === 0 ? changes : [`${counted} resources changed`];
}

/** Two sizes of a stage differ in something. */
const changed = ({ events }: Run): string[] =>
  changesIn(events).length > 0 ? [] : ["the change of size changed nothing"];

const lastLines = (output: string): string => output.trim().split("\n").slice(-12).join("\n");
