import { readdir } from "node:fs/promises";
import type { StateResource } from "../../engine/backend.ts";
import type { EngineEvent, PulumiResult, PulumiRun } from "../../engine/pulumi.ts";
import type { Report } from "../progress.ts";
import { changesIn, errorsIn, nameOfUrn } from "./events.ts";
import { type StepName, type StepResult, stepNames } from "./result.ts";
import { lost } from "./stores.ts";
import type { Workspace } from "./workspace.ts";

/** What is rehearsed: a program, and its settings before and after the change in the middle of its life. */
export interface LifePlan {
  readonly name: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  /** The settings after, but for the region that leads; where a stage spans several. */
  readonly elsewhere?: Readonly<Record<string, string>> | undefined;
}

/** How many steps a life has when all goes well. */
export const stepsOf = ({ elsewhere }: LifePlan): number => stepNames.length - (elsewhere ? 0 : 2);

type Run = PulumiResult & { readonly events: readonly EngineEvent[] };

/** One life of one stack, step by step. */
export class Life {
  readonly #plan: LifePlan;
  readonly #workspace: Workspace;
  readonly #env: Readonly<Record<string, string>>;
  readonly #report: Report;
  readonly #providers = new Set<string>();

  /** @param env for the program and its providers, e.g. where the vendors' servers are */
  constructor(plan: LifePlan, workspace: Workspace, env: Readonly<Record<string, string>>, report: Report) {
    this.#plan = plan;
    this.#workspace = workspace;
    this.#env = env;
    this.#report = report;
  }

  /** The stand-ins that were used, of those that stood ready. */
  standIns(): string[] {
    return this.#workspace.standIns.filter((standIn) => this.#providers.has(standIn.split(" ")[0] ?? ""));
  }

  /** Ends at the first step that went wrong, but always destroys what was made. */
  async live(
    heldByServers: () => Promise<readonly string[]> = async () => [],
    onMade: (resources: readonly StateResource[]) => void = () => {},
  ): Promise<StepResult[]> {
    const steps: StepResult[] = [];
    const next = async (name: StepName, command: PulumiRun["command"], judge: (run: Run) => string[]) => {
      if (!steps.some(failed)) steps.push(await this.#step(name, command, judge));
    };
    await this.#workspace.settle(this.#plan.before);
    await next("up", "up", () => []);
    onMade((await this.#workspace.checkpoint())?.resources ?? []);
    await next("preview again", "preview", unchanged);
    await this.#workspace.settle(this.#plan.after);
    await next("resize", "up", (run) => [...changed(run), ...kept(run)]);
    if (this.#plan.elsewhere) {
      await this.#workspace.settle(this.#plan.elsewhere);
      await next("failover", "up", (run) => [...changed(run), ...kept(run)]);
      await this.#workspace.settle(this.#plan.after);
      await next("fail back", "up", (run) => [...changed(run), ...kept(run)]);
    }
    await next("refresh", "refresh", unchanged);
    const last = await this.#step("destroy", "destroy", () => []);
    const left = [...(await this.#left()), ...(await heldByServers())].map((what) => `left behind: ${what}`);
    return [...steps, { ...last, problems: [...last.problems, ...left] }];
  }

  async #step(
    name: StepName,
    command: PulumiRun["command"],
    judge: (run: Run) => string[],
  ): Promise<StepResult> {
    // A count, not names: hundreds go by.
    const say = (detail: string) =>
      this.#report({ event: "step", step: this.#plan.name, state: "running", detail });
    say(name);
    let ended = 0;
    const done = await this.#workspace.run(command, {
      env: this.#env,
      onEvent: (event) => {
        this.#remember(event);
        const metadata = (event.resOutputsEvent ?? event.resOpFailedEvent)?.metadata;
        if (metadata && !metadata.type.startsWith("pulumi:")) say(`${name} ${++ended}`);
      },
    });
    return {
      step: name,
      seconds: done.seconds,
      counts: done.changes,
      changes: changesIn(done.events),
      problems: done.code === 0 ? judge(done) : errorsOf(done),
    };
  }

  /** Which providers were at work. */
  #remember({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    const reference = (resourcePreEvent ?? resOutputsEvent)?.metadata.provider;
    const provider = reference?.split("::")[2]?.replace("pulumi:providers:", "");
    if (provider) this.#providers.add(provider);
  }

  /** What outlived the destroy, in the state or at a vendor's. */
  async #left(): Promise<string[]> {
    const [state, folders] = await Promise.all([
      this.#workspace.checkpoint(),
      readdir(this.#workspace.store, { recursive: true, withFileTypes: true }),
    ]);
    return [
      ...(state?.resources ?? []).map(({ urn }) => `${nameOfUrn(urn)} in the state`),
      ...folders
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.name.replace(/-[0-9a-f]{16}\.json$/, "")} at the vendor`),
    ];
  }
}

export const failed = ({ problems }: StepResult): boolean => problems.length > 0;

function errorsOf({ code, diagnostics, log }: Run): string[] {
  const errors = errorsIn(diagnostics);
  return errors.length > 0 ? errors : [`the engine ended with ${code}; its events are in ${log}`];
}

/** Nothing was to change, and yet: what did. */
function unchanged({ events, changes }: Run): string[] {
  const told = changesIn(events).map(
    ({ operation, type, name, paths }) =>
      `${operation} of ${type} ${name}${paths.length > 0 ? `: ${paths.join(", ")}` : ""}`,
  );
  const counted = changes.create + changes.update + changes.replace + changes.delete;
  return told.length > 0 || counted === 0 ? told : [`${counted} resources changed`];
}

/** Two sizes of a stage differ in something, and so do two regions. */
const changed = ({ events }: Run): string[] =>
  changesIn(events).length > 0 ? [] : ["the change of settings changed nothing"];

/** What holds data outlives it. */
const kept = ({ events }: Run): string[] =>
  lost(changesIn(events)).map(
    ({ operation, type, name }) => `${operation} of a store of data: ${type} ${name}`,
  );
