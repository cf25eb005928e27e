import { type Holds, holdsOf } from "../../components/model/stores.ts";
import type { Step } from "../read/steps.ts";
import { type Judgement, loses, type Said, type Surroundings, stops } from "./rule.ts";

/** A bucket of logs, or a replica, is no store of anything that is nowhere else. */
export function storeOf({ type, name, before }: Pick<Step, "type" | "name" | "before">): Holds | undefined {
  if (/^aws:s3\/bucket(V2)?:/.test(type) && /(^|-)logs?$/.test(name)) return "logs";
  if (type === "aws:rds/instance:Instance" && before.replicateSourceDb !== undefined) return undefined;
  return holdsOf(type);
}

/** What is said when a store is deleted, or replaced by an empty one. */
export function judgeStore(step: Step, around: Surroundings): Judgement | undefined {
  const gone = step.operation === "delete" || step.operation === "replace";
  const holds = gone ? storeOf(step) : undefined;
  if (!holds) return undefined;
  const paths = step.differences.filter(({ replaces }) => replaces).map(({ path }) => path);
  return { ...(step.operation === "delete" ? deleted : replaced)(step, holds, around), paths };
}

function replaced(step: Step, holds: Holds, { cacheKeeps }: Surroundings): Said {
  const { name } = step;
  const why = step.differences.find(({ replaces }) => replaces)?.path ?? "the change";
  if (holds === "data" || holds === "backups" || holds === "key" || (holds === "cache" && cacheKeeps)) {
    return loses.block([
      `${holds === "key" ? "key" : "store"}-replaced`,
      holds === "key"
        ? `the key ${name} is replaced: what the old one encrypted cannot be read without it`
        : `${name} is replaced by an empty one: what it holds is gone`,
      `leave ${why} as it is; or make a second one beside it, move the data, and then let the old one go`,
    ]);
  }
  if (holds === "cache") {
    return stops.review([
      "cache-replaced",
      `${name} is replaced: it starts empty, at another address`,
      "do it when there is little traffic: the database bears the load until it is warm",
    ]);
  }
  if (holds === "logs") {
    return loses.review([
      "logs-replaced",
      `${name} is replaced: the logs it holds are gone`,
      "export them first where they must be kept",
    ]);
  }
  return stops.review([
    "secret-replaced",
    `${name} is made anew: whatever uses the old value is refused until it is told the new one`,
    "rotate with both valid for a while, and restart what reads it",
  ]);
}

function deleted(step: Step, holds: Holds, { steps }: Surroundings): Said {
  const { name, type } = step;
  if (step.retained) {
    return loses.review([
      "store-left-behind",
      `${name} is no longer managed: it stays where it is, and costs`,
      "say in the pull request who looks after it from now on",
    ]);
  }
  const twin = steps.find((other) => other.operation === "create" && other.type === type);
  const renamed = twin
    ? `give ${twin.name} the alias {name: "${name}"}: then it is the same resource under a new name`
    : undefined;
  if (holds === "data" || holds === "key" || holds === "backups") {
    const what =
      holds === "key"
        ? `the key ${name} is deleted: all that it encrypted can never be read again`
        : holds === "backups"
          ? `${name} is deleted, and the backups in it`
          : twin
            ? `${name} is deleted, with its data, and ${twin.name} is made empty: a rename without an alias`
            : `${name} is deleted, with its data`;
    return loses.block([
      twin ? "store-renamed" : `${holds === "key" ? "key" : "store"}-deleted`,
      what,
      renamed ?? "take a last backup and prove that it restores; then lift protection in a change of its own",
    ]);
  }
  if (holds === "secret") {
    return stops.review([
      "secret-deleted",
      `${name} is deleted: what still uses it is refused`,
      renamed ?? "make sure that nothing reads it any more",
    ]);
  }
  return loses.review([
    `${holds}-deleted`,
    `${name} is deleted, with what it holds`,
    renamed ??
      (holds === "logs" ? "export the logs first where they must be kept" : "make sure that nothing uses it"),
  ]);
}

/** Pulumi's own protection of a store was taken away. */
export function judgeProtection(step: Step): Judgement | undefined {
  if (!step.protectedBefore || step.protectedAfter) return undefined;
  if (step.operation !== "update" && step.operation !== "replace") return undefined;
  return {
    ...loses.review([
      "unprotected",
      `${step.name} is no longer protected: the next change may delete it`,
      "lift protection only together with the change that needs it, and put it back after",
    ]),
    paths: [],
  };
}
