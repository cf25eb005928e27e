import { failure } from "../components/model/diagnostics.ts";
import { type Capability, capabilities } from "../components/model/words.ts";
import {
  type Changes,
  type EngineEvent,
  type PulumiResult,
  type PulumiRun,
  runPulumi,
  type StepMetadata,
} from "../engine/pulumi.ts";
import { engineSettings } from "../engine/settingsFile.ts";
import { type Operation, type Report, step } from "./progress.ts";

/** The engine's many words for a step, as the few that people read. Steps that change nothing are left out. */
const operations: Readonly<Record<string, Operation>> = {
  create: "create",
  import: "create",
  update: "update",
  "create-replacement": "replace",
  delete: "delete",
  "delete-replaced": "delete-replaced",
  "discard-replaced": "delete-replaced",
  read: "read",
};

/** Resources that serve a capability under another name. */
const servedBy: Readonly<Record<string, Capability>> = {
  pooler: "database",
  migrate: "app",
  trust: "secrets",
  base: "network",
  prometheus: "alerts",
  alertmanager: "alerts",
  exporter: "alerts",
};

/** Which capability a resource belongs to: logical names begin with it, e.g. `database-data`, `image-cdn`. */
export function capabilityOf(type: string, name: string): Capability | "other" {
  if (/^(random|tls):/.test(type)) return "secrets";
  const word = name.replace(/^image-/, "").split("-")[0] ?? "";
  return capabilities.find((one) => one === word) ?? servedBy[word] ?? "other";
}

/** Runs the engine on the stack's settings and reports each step of each resource as it begins and ends. */
export async function runEngine(run: PulumiRun, report: Report): Promise<PulumiResult> {
  const began = new Map<string, number>();
  const settings = await engineSettings(run.stack, run.config);
  return runPulumi({ ...run, ...settings }, (event) => {
    const step = event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent;
    const operation = step && operations[step.metadata.op];
    if (!step || !operation || /^pulumi:|^rung:/.test(step.metadata.type)) return sayWarnings(event, report);
    const { urn, type, op } = step.metadata;
    const name = urn.split("::").at(-1) ?? urn;
    const key = `${urn} ${op}`;
    const base = { event: "resource", capability: capabilityOf(type, name), name, type, operation } as const;
    if (run.command === "preview") {
      if (event.resourcePreEvent && operation !== "delete-replaced")
        report({ ...base, state: "planned", properties: propertiesOf(step.metadata) });
      return;
    }
    if (event.resourcePreEvent) {
      began.set(key, event.timestamp * 1000);
      report({ ...base, state: "running" });
      return;
    }
    const seconds = Math.max(0, event.timestamp - (began.get(key) ?? event.timestamp * 1000) / 1000);
    report({ ...base, state: event.resOpFailedEvent ? "failed" : "done", seconds });
  });
}

/** The same as a step that is reported. @throws DiagnosticsError unless the engine succeeds */
export function run(one: PulumiRun, report: Report): Promise<Changes> {
  return step(report, "engine", async (say) => {
    say(`pulumi ${one.command}`);
    const result = await runEngine(one, report);
    mustSucceed(result, `rung ${one.command === "destroy" ? "down" : one.command} of ${one.stack}`);
    return result.changes;
  });
}

/** Which inputs make the difference. */
const propertiesOf = ({ detailedDiff, diffs, keys }: StepMetadata): string[] => [
  ...new Set(
    (detailedDiff ? Object.keys(detailedDiff) : (diffs ?? keys ?? [])).map(
      (path) => path.split(/[.[]/)[0] ?? path,
    ),
  ),
];

function sayWarnings({ diagnosticEvent: said }: EngineEvent, report: Report): void {
  if (said?.severity !== "warning" || said.ephemeral) return;
  report({ event: "message", severity: "warning", text: said.message.trim() });
}

/**
 * Ends a run that did not succeed.
 * @throws DiagnosticsError with what the engine and the providers said, secrets masked by the engine
 */
export function mustSucceed(result: PulumiResult, doing: string): void {
  if (result.result === "succeeded") return;
  if (result.result === "canceled")
    throw failure(`${doing} was cancelled`, "run it again: it goes on from here");
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  const said = errors.map(({ message, urn }) => `${urn ? `${urn.split("::").at(-1)}: ` : ""}${message}`);
  throw failure(
    `${doing} failed\n\n${said.join("\n\n")}\n`,
    `mend what is said above, then run it again; every event is in ${result.log}`,
  );
}
