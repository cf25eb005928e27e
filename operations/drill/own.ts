import { backupsOf, planRestore } from "../backup/restore.ts";
import { withDatabase } from "../database/reach.ts";
import { type Report, step } from "../progress.ts";
import type { BackupOperations, Living, Witness } from "../stage.ts";
import { onThrowAway } from "../throwAway.ts";
import { isFresh, isNotEmpty, isTheSame } from "./checks.ts";
import { asExpected, type DrillOptions, recorded, tried } from "./record.ts";
import { smoke } from "./smoke.ts";

/** What is compared, and how far is restored for it. */
interface Reference {
  readonly witness: Witness;
  readonly point: string;
  readonly rpoSeconds: number;
}

/** Backups that Rung makes itself: the newest and all WAL since, into a throw-away stack, where the app works on it. */
export const ownDrill = (living: Living, options: DrillOptions, report: Report) =>
  recorded(living, options, async (found, began) => {
    const { checks, measured } = found;
    const { now = () => new Date() } = options;
    const operations = await backupsOf(living);
    const backup = await tried(checks, "there is a backup to restore", () => planRestore(living, {}));
    found.backup = backup;
    checks.push(isFresh(backup, options.maxAgeHours, now()));
    // What cannot be read back is told with its name; the restore below would only fail on it, or not notice.
    await tried(checks, "all that is kept can be read", () =>
      step(report, "verify", () => operations.verify(living)),
    );
    const reference = await tried(checks, "what is committed reaches the archive", () =>
      step(report, "witness and archive", () => refer(operations, living, began)),
    );
    found.tables = reference.witness.tables;
    measured.rpoMinutes = reference.rpoSeconds / 60;
    checks.push(isNotEmpty(reference.witness));
    const start = performance.now();
    await tried(checks, "it can be restored", () =>
      onThrowAway(living, "drill", report, async (target) => {
        await operations.restore({ source: living, backup, point: reference.point }, target, report);
        const after = await operations.witness(target);
        const works = await smoke(target);
        measured.rtoMinutes = (performance.now() - start) / 60_000;
        const expected = await withDatabase(target, (client) =>
          asExpected((text, values) => client.query(text, values), target.context.spec, true),
        );
        checks.push(...isTheSame(reference.witness, after), expected, works);
      }),
    );
  });

/** A restore point of the drill's own, with what is there at it; then the time until all of that is in the archive. */
async function refer(operations: BackupOperations, living: Living, began: string): Promise<Reference> {
  const point = `drill-${began}`;
  const witness = await operations.witness(living, point);
  return { witness, point, rpoSeconds: await operations.archived(living) };
}
