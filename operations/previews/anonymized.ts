import { failure } from "../../components/model/diagnostics.ts";
import { backupsOf, planRestore, restoreInto } from "../backup/restore.ts";
import { anonymize } from "../database/anonymize.ts";
import { changeSchema } from "../database/migrate.ts";
import { withDatabase } from "../database/reach.ts";
import { mustLive } from "../living.ts";
import { type Report, step } from "../progress.ts";
import type { Living } from "../stage.ts";
import { operationsOf } from "../stages.ts";
import { onThrowAway } from "../throwAway.ts";
import { asTheOneCopy, copyPurpose } from "./copies.ts";
import { type Filled, queryOf } from "./data.ts";

/**
 * Fills a preview's empty database with the masked rows of another stack's newest backup. The real rows are restored
 * into a throw-away stack, brought to this checkout's schema, masked and proven there; only then are rows read out of
 * it, as `pg_dump` sees them: what masking left in dead rows and WAL goes with the copy.
 * @throws DiagnosticsError when an original value is found after masking; the preview stays empty
 */
export async function fillAnonymized(living: Living, from: string, report: Report): Promise<Filled> {
  const { stage, stack } = living.context;
  const source = await mustLive(from);
  const { copyRows } = await operationsOf(stage);
  if (source.context.stage !== stage || !copyRows) {
    throw failure(
      `${from} lives on ${source.context.stage}, and ${stack} on ${stage}`,
      copyRows
        ? "take a stack of the same stage"
        : `on ${stage}: restore a copy at its vendor, then rung db anonymize`,
      "--anonymized-from",
      64,
    );
  }
  await backupsOf(source);
  const backup = await planRestore(source, {});
  return asTheOneCopy(() =>
    onThrowAway(source, copyPurpose, report, async (copy) => {
      await restoreInto(source, copy.context.stack, backup, {}, { overwrite: false }, report);
      await changeSchema(copy, "migrate", report);
      const masked = await step(report, "mask and prove", async (say) => {
        const done = await withDatabase(copy, (client) => anonymize(queryOf(client)));
        say(`none of ${done.originals} original values is left`);
        return done;
      });
      await step(report, "copy the masked rows", () => copyRows(copy, living));
      const rows = Object.values(masked.rows).reduce((sum, count) => sum + count, 0);
      return { data: "anonymized", from, backup: backup.name, rows };
    }),
  );
}
