import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { type Changes, changesOf, type EngineEvent, type PolicyEvent } from "./events.ts";
import { root } from "./paths.ts";
import { descendantsOf, signal as send } from "./processes.ts";
import { follow, openRunLog, runsOf } from "./runLog.ts";
import type { Toolchain } from "./toolchain.ts";

export { type Checkpoint, type PendingOperation, readCheckpoint, type StateResource } from "./backend.ts";
export type { Changes, EngineEvent, PolicyEvent, StepEvent, StepMetadata } from "./events.ts";
export {
  ask,
  ensureStack,
  exportState,
  importState,
  removeStack,
  stackNames,
  stackOutputs,
  stateOf,
  unprotectAll,
} from "./stack.ts";

/** One run of the engine. */
export interface PulumiRun {
  readonly toolchain: Toolchain;
  readonly command: "up" | "preview" | "refresh" | "destroy";
  readonly stack: string;
  /** Settings for this run; Pulumi keeps them in the stack's file. Keys with their namespace, e.g. `rung:size`. */
  readonly config?: Readonly<Record<string, string>>;
  /** Instead of `Pulumi.<stack>.yaml`. */
  readonly configFile?: string;
  /** The project's folder, unless it is the repository. */
  readonly cwd?: string;
  /** Where the run's events are kept, unless it is under `.rung/runs/`. */
  readonly runs?: string;
  /** Folders of policy packs to judge the run by. */
  readonly policyPacks?: readonly string[];
  /** Whatever else the CLI understands, e.g. `--refresh`, `--target`. */
  readonly args?: readonly string[];
  /** For the program, e.g. RUNG_APP_IMAGE. */
  readonly env?: Readonly<Record<string, string>>;
  /** Aborting asks the engine to stop after what is under way. */
  readonly signal?: AbortSignal;
  /** Aborting kills the engine and all that it started, now. */
  readonly kill?: AbortSignal;
}

/** One thing that the engine, the program or a provider said. */
export interface EngineDiagnostic {
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
  readonly urn: string | undefined;
}

export interface PulumiResult {
  /** Of the CLI: 0 when all went well. */
  readonly code: number;
  readonly result: "succeeded" | "failed" | "canceled";
  readonly changes: Changes;
  readonly diagnostics: readonly EngineDiagnostic[];
  readonly violations: readonly PolicyEvent[];
  readonly seconds: number;
  /** The file that holds every event of the run. */
  readonly log: string;
}

/** How long a cancelled engine may take to end what is under way. */
const graceSeconds = 120;

/**
 * Runs the engine on a stack and passes its events on as they come. Nothing is asked; `up` makes no preview first.
 * Call it inside `withStackLock`, except for `preview`.
 * @returns also when the run failed: see `result`
 */
export async function runPulumi(
  run: PulumiRun,
  onEvent: (event: EngineEvent) => void = () => {},
): Promise<PulumiResult> {
  const began = performance.now();
  const log = openRunLog(run.runs ?? runsOf(run.stack), run.command);
  const gathered = new Gathered();
  const child = spawn(run.toolchain.pulumi, argumentsOf(run), {
    cwd: run.cwd ?? root,
    env: { ...process.env, ...run.toolchain.env(), PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true", ...run.env },
    stdio: ["ignore", log.stdout, log.stderr],
    // A Ctrl-C in the terminal is ours to pass on: once, and not to what the engine started.
    detached: true,
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status) => resolve(status ?? 1));
  });
  if (child.pid !== undefined && run.command !== "preview") log.started(child.pid);
  log.close();
  const following = await follow(log.events, (event) => {
    gathered.take(event);
    onEvent(event);
  });
  const release = onAborts(run, child.pid);
  try {
    const code = await ended;
    await following.end();
    const errors = (await readFile(log.errors, "utf8")).trim();
    const stopped = run.signal?.aborted === true || run.kill?.aborted === true;
    const seconds = Math.round((performance.now() - began) / 10) / 100;
    return { ...gathered.result(code, errors, stopped), seconds, log: log.events };
  } finally {
    release();
  }
}

function argumentsOf(run: PulumiRun): string[] {
  const { command, stack, config = {}, configFile, policyPacks = [], args = [] } = run;
  const preview = command === "preview";
  return [
    command,
    ...["--stack", stack, "--non-interactive", "--color", "never", "--json"],
    // the providers in use are there already; those of other stages are nobody's business now
    ...(command === "up" || preview ? ["--skip-plugin-pre-install"] : []),
    ...(preview ? [] : ["--yes", "--skip-preview"]),
    ...(configFile ? ["--config-file", configFile] : []),
    ...Object.entries(config).flatMap(([key, value]) => ["--config", `${key}=${value}`]),
    ...policyPacks.flatMap((pack) => ["--policy-pack", pack]),
    ...args,
  ];
}

/** Cancels or kills on the run's signals. */
function onAborts({ signal, kill }: PulumiRun, pid: number | undefined): () => void {
  if (pid === undefined) return () => {};
  const over = new AbortController();
  const cancel = () => {
    send(pid, "SIGINT");
    sleep(graceSeconds * 1000, undefined, { signal: over.signal, ref: false }).then(
      () => killTree(pid),
      () => {},
    );
  };
  const now = () => void killTree(pid);
  if (signal?.aborted) cancel();
  if (kill?.aborted) now();
  signal?.addEventListener("abort", cancel, { signal: over.signal });
  kill?.addEventListener("abort", now, { signal: over.signal });
  return () => over.abort();
}

/** The engine puts its plugins in groups of their own, so each process is named. */
async function killTree(pid: number): Promise<void> {
  const below = await descendantsOf(pid);
  for (const each of [pid, ...below]) send(each, "SIGKILL");
}

/** What is kept of a run's events. */
class Gathered {
  readonly diagnostics: EngineDiagnostic[] = [];
  readonly violations: PolicyEvent[] = [];
  #summary: EngineEvent["summaryEvent"];

  take({ diagnosticEvent, policyEvent, errorEvent, summaryEvent }: EngineEvent): void {
    if (policyEvent) this.violations.push(policyEvent);
    if (summaryEvent) this.#summary = summaryEvent;
    if (errorEvent) this.#say("error", errorEvent.error, undefined);
    if (diagnosticEvent && !diagnosticEvent.ephemeral && diagnosticEvent.severity !== "debug") {
      const { severity, message, urn } = diagnosticEvent;
      this.#say(severity === "info#err" ? "info" : severity, message, urn);
    }
  }

  #say(severity: EngineDiagnostic["severity"], message: string, urn: string | undefined): void {
    // Pulumi's runner colours stack traces, asked to or not.
    const text = stripVTControlCharacters(message).trimEnd();
    if (text !== "") this.diagnostics.push({ severity, message: text, urn });
  }

  result(code: number, errors: string, stopped: boolean): Omit<PulumiResult, "seconds" | "log"> {
    const reported = this.diagnostics.some(({ severity }) => severity === "error");
    if (code !== 0 && !reported && errors) this.#say("error", errors.replace(/^error: /, ""), undefined);
    return {
      code,
      result:
        code === 0 ? "succeeded" : stopped || this.#summary?.result === "canceled" ? "canceled" : "failed",
      changes: changesOf(this.#summary?.resourceChanges),
      diagnostics: this.diagnostics,
      violations: this.violations,
    };
  }
}
