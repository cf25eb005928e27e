import { failure } from "../components/model/diagnostics.ts";
import { archive } from "../migrations/archive/archive.ts";
import { dueBefore } from "../migrations/archive/due.ts";
import { type RestoreOptions, restorePartition } from "../migrations/archive/restore.ts";
import { mustLive } from "../operations/living.ts";
import { partitionStates, withArchive } from "../operations/partitions.ts";
import { step } from "../operations/progress.ts";
import type { StackOptions } from "./change.ts";
import { columns } from "./render/text.ts";
import { watched } from "./watched.ts";

/** The partitions of events: in the database, in the archive, or in both. */
export async function partitionsList(options: StackOptions): Promise<number> {
  const states = await withArchive(await mustLive(options.stack), partitionStates);
  if (options.json) process.stdout.write(`${JSON.stringify(states, null, 2)}\n`);
  else
    process.stdout.write(
      `${columns([
        ["PARTITION", "FROM", "BEFORE", "STATE", "ROWS", "SIZE"],
        ...states.map((one) => [
          one.name,
          one.from?.slice(0, 10) ?? "the beginning",
          one.to.slice(0, 10),
          one.state,
          one.rows === null ? "?" : String(one.rows),
          `${(one.bytes / 1e6).toFixed(1)} MB`,
        ]),
      ])}\n`,
    );
  return 0;
}

/**
 * Writes whole months to the archive, and drops them from the database.
 * @param options.before `YYYY-MM`
 * @param options.bySpec for a schedule: nothing where the spec keeps no archive
 */
export async function partitionsArchive(
  options: StackOptions & { before?: string; bySpec?: boolean },
): Promise<number> {
  if (options.before !== undefined && options.bySpec)
    throw failure("--before and --by-spec say two things", "say one of them", "rung db partitions", 64);
  const living = await mustLive(options.stack);
  const { archive: asked } = living.context.spec.database ?? {};
  if (options.bySpec && !asked) {
    if (options.json) process.stdout.write(`${JSON.stringify({ archived: [] })}\n`);
    else process.stdout.write("  nothing: the spec keeps no archive (database.archive)\n");
    return 0;
  }
  const before = options.before
    ? `${options.before}-01T00:00:00.000Z`
    : dueBefore(new Date(), asked?.keepMonths);
  const ended = await watched(options, `db partitions archive · ${options.stack}`, (report) =>
    step(report, "archive", async (say) => ({
      archived: await withArchive(living, (client, bucket) => archive(client, bucket, before, say)),
    })),
  );
  if ("exitCode" in ended) return ended.exitCode;
  if (options.json) return 0;
  const { archived } = ended.done;
  const told = archived.map(({ partition, rows, bytes }) => [
    partition,
    `${rows} rows`,
    `${(bytes / 1e6).toFixed(1)} MB in the archive`,
  ]);
  process.stdout.write(
    `${told.length > 0 ? columns(told) : `  no whole month before ${before.slice(0, 10)}`}\n`,
  );
  return 0;
}

/** Brings a month back from the archive. */
export async function partitionsRestore(
  partition: string,
  options: StackOptions & RestoreOptions,
): Promise<number> {
  const living = await mustLive(options.stack);
  const ended = await watched(options, `db partitions restore ${partition} · ${options.stack}`, (report) =>
    step(report, "restore", () =>
      withArchive(living, (client, bucket) => restorePartition(client, bucket, partition, options)),
    ),
  );
  if ("exitCode" in ended) return ended.exitCode;
  if (options.json) return 0;
  const { rows, usersMade, rowsLeftOut } = ended.done;
  process.stdout.write(`  ${rows} rows are back; the archive keeps them too\n`);
  if (usersMade > 0) process.stdout.write(`  ${usersMade} users were made again\n`);
  if (rowsLeftOut > 0) process.stdout.write(`  ${rowsLeftOut} rows were left out: their users are gone\n`);
  return 0;
}
