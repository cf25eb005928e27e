import type { ResourceChange } from "./result.ts";

/** The engine's events, as far as a rehearsal reads them. */
export interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
  readonly diagnosticEvent?: {
    readonly severity: string;
    readonly message: string;
    readonly urn?: string;
    readonly ephemeral?: boolean;
  };
}

export interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly provider?: string;
  readonly diffs?: readonly string[] | null;
  readonly keys?: readonly string[] | null;
  readonly detailedDiff?: Readonly<Record<string, { readonly diffKind: string }>> | null;
}

/** How the engine names what it does, in ours. Halves of a replacement count once. */
const operations: Readonly<Record<string, ResourceChange["operation"]>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

export const nameOfUrn = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** The changes in a run's events, ordered by type and name, so that two runs compare. */
export function changesIn(events: readonly EngineEvent[]): ResourceChange[] {
  const changes = events.flatMap(({ resourcePreEvent }) => {
    const metadata = resourcePreEvent?.metadata;
    const operation = metadata && operations[metadata.op];
    return metadata && operation ? [changeOf(metadata, operation)] : [];
  });
  return changes.toSorted((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`));
}

function changeOf(metadata: StepMetadata, operation: ResourceChange["operation"]): ResourceChange {
  const detailed = Object.entries(metadata.detailedDiff ?? {});
  return {
    type: metadata.type,
    name: nameOfUrn(metadata.urn),
    operation,
    paths: detailed.length > 0 ? detailed.map(([path]) => path).toSorted() : [...(metadata.diffs ?? [])],
    replacedBy:
      detailed.length > 0
        ? detailed.filter(([, { diffKind }]) => diffKind.endsWith("replace")).map(([path]) => path)
        : [...(metadata.keys ?? [])],
  };
}

/** Errors that the engine reported, each once. */
export function errorsIn(events: readonly EngineEvent[]): string[] {
  const errors = events.flatMap(({ diagnosticEvent: event }) =>
    event?.severity === "error"
      ? [`${event.urn ? `${nameOfUrn(event.urn)}: ` : ""}${plain(event.message)}`]
      : [],
  );
  return [...new Set(errors)];
}

/** Without the engine's colour marks. */
const plain = (message: string): string => message.replace(/<\{%[^%]*%\}>/g, "").trim();

/** The counts of a run's summary, in our words. */
export function countsIn(events: readonly EngineEvent[]) {
  const counted = events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {};
  const of = (name: string) => counted[name] ?? 0;
  return {
    create: of("create"),
    update: of("update"),
    replace: of("replace"),
    delete: of("delete"),
    same: of("same"),
  };
}
