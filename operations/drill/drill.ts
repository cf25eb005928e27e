import { minutes } from "../../components/model/duration.ts";
import { backupsOf, planRestore } from "../backup/restore.ts";
import { expectedSchema } from "../database/expected.ts";
import { withDatabase } from "../database/reach.ts";
import { validate } from "../database/validate.ts";
import { type Report, step } from "../progress.ts";
import type { Backup, BackupOperations, Living, Witness } from "../stage.ts";
import { onThrowAway } from "../throwAway.ts";
import { isFresh, isNotEmpty, isTheSame, tiersKept } from "./checks.ts";
import { type Check, type Evidence, writeEvidence } from "./evidence.ts";
import { smoke } from "./smoke.ts";

/** What a drill is told beside the stack. */
export interface DrillOptions {
  /** Hours after which the newest backup is stale: the blueprint's. */
  readonly maxAgeHours: number;
  readonly now?: () => Date;
}

/** What is compared, and how far is restored for it. */
interface Reference {
  readonly witness: Witness;
  readonly point: string;
  readonly rpoSeconds: number;
}

/**
 * Restores the newest backup and all WAL since into a throw-away stack, checks and measures it, and writes evidence.
 * A step that fails ends the drill, never without evidence.
 * @returns the evidence, and where it lies
 */
export async function drill(living: Living, options: DrillOptions, report: Report) {
  const { now = () => new Date() } = options;
  const { spec } = living.context;
  const began = now().toISOString();
  const checks: Check[] = [];
  const measured: { rtoMinutes?: number; rpoMinutes?: number } = {};
  let backup: Backup | undefined;
  let tables: Evidence["tables"] = {};
  try {
    const operations = await backupsOf(living);
    backup = await tried(checks, "there is a backup to restore", () => planRestore(living, {}));
    checks.push(isFresh(backup, options.maxAgeHours, now()));
    // What cannot be read back is told with its name; the restore below would only fail on it, or not notice.
    await tried(checks, "all that is kept can be read", () =>
      step(report, "verify", () => operations.verify(living)),
    );
    const reference = await tried(checks, "what is committed reaches the archive", () =>
      step(report, "witness and archive", () => refer(operations, living, began)),
    );
    tables = reference.witness.tables;
    measured.rpoMinutes = reference.rpoSeconds / 60;
    checks.push(isNotEmpty(reference.witness));
    const start = performance.now();
    const chosen = backup;
    await tried(checks, "it can be restored", () =>
      onThrowAway(living, "drill", report, async (target) => {
        await operations.restore({ source: living, backup: chosen, point: reference.point }, target, report);
        const after = await operations.witness(target);
        const works = await smoke(target);
        measured.rtoMinutes = (performance.now() - start) / 60_000;
        checks.push(...isTheSame(reference.witness, after), await asExpected(target), works);
      }),
    );
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  const promised = { rtoMinutes: minutes(spec.objectives.rto), rpoMinutes: minutes(spec.objectives.rpo) };
  const { rtoMinutes = Number.POSITIVE_INFINITY, rpoMinutes = Number.POSITIVE_INFINITY } = measured;
  const kept = rtoMinutes <= promised.rtoMinutes && rpoMinutes <= promised.rpoMinutes;
  const evidence: Omit<Evidence, "previous"> = {
    version: 1,
    app: spec.name,
    stack: living.context.stack,
    stage: living.context.stage,
    size: living.outputs.size,
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

/** A step failed: what comes after it stands on it. */
class Ended extends Error {}

async function tried<T>(checks: Check[], name: string, work: () => Promise<T>): Promise<T> {
  try {
    const value = await work();
    checks.push({ name, ok: true, found: "yes" });
    return value;
  } catch (error) {
    checks.push({ name, ok: false, found: error instanceof Error ? error.message : String(error) });
    throw new Ended();
  }
}

/** A restore point of the drill's own, with what is there at it; then the time until all of that is in the archive. */
async function refer(operations: BackupOperations, living: Living, began: string): Promise<Reference> {
  const point = `drill-${began}`;
  const witness = await operations.witness(living, point);
  return { witness, point, rpoSeconds: await operations.archived(living) };
}

async function asExpected(target: Living): Promise<Check> {
  const { spec } = target.context;
  const found = await withDatabase(target, async (client) =>
    validate((text, values) => client.query(text, values), await expectedSchema(), {
      extensions: spec.database?.extensions ?? [],
      becomesApp: true,
    }),
  );
  return {
    name: "the schema is as the code expects, and users are kept apart",
    ok: found.length === 0,
    found:
      found.length === 0 ? "no difference" : found.map(({ what, words }) => `${what} ${words}`).join("; "),
  };
}
