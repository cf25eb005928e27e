import type { EngineDiagnostic, EngineEvent, StepMetadata } from "../../engine/pulumi.ts";
import type { ResourceChange } from "./result.ts";

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

/** What went wrong in a run: each error once, with the resource's name. */
export function errorsIn(diagnostics: readonly EngineDiagnostic[]): string[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return [
    ...new Set(errors.map(({ urn, message }) => `${urn ? `${nameOfUrn(urn)}: ` : ""}${message.trim()}`)),
  ];
}
