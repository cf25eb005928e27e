import pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Change, Failure } from "./provider.ts";

/** Whether a check found what may not be. */
export const isFailed = (result: unknown): result is { failures: readonly Failure[] } =>
  typeof result === "object" && result !== null && "failures" in result && Array.isArray(result.failures);

/** `urn:pulumi:dev::pulse::parent$docker:index/network:Network::private` → the last type. */
export const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

export function failureMessage({ property, reason }: Failure): pb.CheckFailure {
  const message = new pb.CheckFailure();
  message.setProperty(property);
  message.setReason(reason);
  return message;
}

export function diffMessage(changes: readonly Change[], deleteBeforeReplace: boolean): pb.DiffResponse {
  const response = new pb.DiffResponse();
  const replacing = changes.filter(({ replaces }) => replaces);
  response.setChanges(
    changes.length > 0 ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList([...new Set(changes.map(({ path }) => topLevel(path)))]);
  response.setReplacesList([...new Set(replacing.map(({ path }) => topLevel(path)))]);
  response.setDeletebeforereplace(replacing.length > 0 && deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replaces } of changes) {
    const difference = new pb.PropertyDiff();
    difference.setKind(pb.PropertyDiff.Kind[kindName(kind, replaces)]);
    difference.setInputdiff(true);
    response.getDetaileddiffMap().set(path, difference);
  }
  return response;
}

const kindName = (kind: Change["kind"], replaces: boolean) =>
  `${kind.toUpperCase() as Uppercase<Change["kind"]>}${replaces ? "_REPLACE" : ""}` as const;

const topLevel = (path: string): string => path.split(/[.[]/)[0] ?? path;

/** How the engine wants a resource named that has no name of its own. */
export function autonaming(settings: pb.CheckRequest.AutonamingOptions | undefined) {
  if (!settings) return undefined;
  const modes = ["propose", "enforce", "disable"] as const;
  return { mode: modes[settings.getMode()] ?? "propose", proposed: settings.getProposedName() };
}
