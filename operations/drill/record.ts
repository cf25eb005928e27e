import { minutes } from "../../components/model/duration.ts";
import type { Spec } from "../../components/model/spec.ts";
import type { Query } from "../../migrations/runner.ts";
import { expectedSchema } from "../database/expected.ts";
import { validate } from "../database/validate.ts";
import type { Living } from "../stage.ts";
import { tiersKept } from "./checks.ts";
import { type Check, type Evidence, writeEvidence } from "./evidence.ts";

/** What a drill is told beside the stack. */
export interface DrillOptions {
  /** Hours after which the newest backup is stale: the blueprint's. */
  readonly maxAgeHours: number;
  readonly now?: () => Date;
}

/** What a drill has found so far. */
export interface Found {
  readonly checks: Check[];
  readonly measured: { rtoMinutes?: number; rpoMinutes?: number };
  backup?: { readonly name: string; readonly kind: string; readonly finished: string };
  tables: Evidence["tables"];
  /** Set where dumps are drilled. */
  by?: "dump";
  /** The provider says that its own recovery keeps the RPO that a dump is too old for. */
  covered?: boolean;
}

/** A step failed: what comes after it stands on it. */
class Ended extends Error {}

/** Runs a step, and notes whether it went well. @throws when it did not; `recorded` takes that as the drill's end */
export async function tried<T>(checks: Check[], name: string, work: () => Promise<T>): Promise<T> {
  try {
    const value = await work();
    checks.push({ name, ok: true, found: "yes" });
    return value;
  } catch (error) {
    checks.push({ name, ok: false, found: error instanceof Error ? error.message : String(error) });
    throw new Ended();
  }
}

/**
 * Runs a drill, and writes down what it found: a step that fails ends it, never without evidence.
 * @returns the evidence, and where it lies
 */
export async function recorded(
  living: Living,
  { now = () => new Date() }: DrillOptions,
  work: (found: Found, began: string) => Promise<void>,
) {
  const { spec } = living.context;
  const began = now().toISOString();
  const found: Found = { checks: [], measured: {}, tables: {} };
  try {
    await work(found, began);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  const { checks, measured, backup, tables } = found;
  const promised = { rtoMinutes: minutes(spec.objectives.rto), rpoMinutes: minutes(spec.objectives.rpo) };
  const { rtoMinutes = Number.POSITIVE_INFINITY, rpoMinutes = Number.POSITIVE_INFINITY } = measured;
  const kept =
    rtoMinutes <= promised.rtoMinutes && (rpoMinutes <= promised.rpoMinutes || found.covered === true);
  const evidence: Omit<Evidence, "previous"> = {
    version: 1,
    app: spec.name,
    stack: living.context.stack,
    stage: living.context.stage,
    size: living.outputs.size,
    ...(found.by && { by: found.by }),
    began,
    ended: now().toISOString(),
    ...(backup ? { backup: { name: backup.name, kind: backup.kind, finished: backup.finished } } : {}),
    good: kept && checks.every(({ ok }) => ok),
    checks,
    measured,
    promised,
    tiers: tiersKept(rtoMinutes, rpoMinutes),
    tables,
  };
  return { evidence, files: await writeEvidence(evidence) };
}

/** Whether what was restored is what the code expects. @param becomesApp the session may become the role `app` */
export async function asExpected(query: Query, spec: Spec, becomesApp: boolean): Promise<Check> {
  const found = await validate(query, await expectedSchema(), {
    extensions: spec.database?.extensions ?? [],
    becomesApp,
  });
  return {
    name: becomesApp
      ? "the schema is as the code expects, and users are kept apart"
      : "the schema is as the code expects",
    ok: found.length === 0,
    found:
      found.length === 0 ? "no difference" : found.map(({ what, words }) => `${what} ${words}`).join("; "),
  };
}
