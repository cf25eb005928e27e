import { createInterface } from "node:readline/promises";
import { failure } from "../components/model/diagnostics.ts";
import { anyBackupsOf, planRestore, restoreInPlace, restoreInto } from "../operations/backup/restore.ts";
import { mustLive } from "../operations/living.ts";
import type { StackOptions } from "./change.ts";
import { providerRestore } from "./providerBackup.ts";
import { secondsText } from "./render/text.ts";
import { watched } from "./watched.ts";

export interface RestoreOptions extends StackOptions {
  /** ISO 8601, UTC. */
  readonly to?: string;
  readonly backup?: string;
  readonly into?: string;
  readonly inPlace?: boolean;
  /** The name of a new database, where the provider restores into one. */
  readonly beside?: string;
  readonly yes?: boolean;
  /** commander's `--no-last-backup` */
  readonly lastBackup: boolean;
}

/** Brings a database back: beside, in another stack, or in place, which is asked twice. */
export async function restore(options: RestoreOptions): Promise<number> {
  const { stack, into, to, backup: named, beside } = options;
  if ([into, beside, options.inPlace].filter(Boolean).length !== 1)
    throw failure(
      "where to is not said, or more than once",
      "say --into STACK, --in-place, or at a provider's --beside NAME",
      "rung backup restore",
      64,
    );
  if (into === stack) throw failure(`${stack} is where it comes from`, "say --in-place", "--into", 64);
  const wanted = { ...(to ? { to } : {}), ...(named ? { backup: named } : {}) };
  const living = await mustLive(stack);
  const found = await anyBackupsOf(living);
  if ("provider" in found) {
    if (into !== undefined)
      throw failure(
        `the provider of ${living.context.stage} restores in place, or into a database of its own`,
        "say --in-place, or --beside NAME",
        "--into",
        64,
      );
    if (options.inPlace && !options.yes)
      await confirm(
        stack,
        named ? `the backup ${named}` : "what the provider keeps",
        to,
        options.json === true,
      );
    return providerRestore(found.provider, options);
  }
  if (beside !== undefined)
    throw failure(
      `${living.context.stage} restores into a stack of its own`,
      "say --into STACK",
      "--beside",
      64,
    );
  const backup = await planRestore(living, wanted);
  if (into === undefined && !options.yes)
    await confirm(stack, `${backup.name}, of ${backup.finished}`, to, options.json === true);
  const title = `restore ${backup.name} · ${stack} → ${into ?? stack}`;
  const ended = await watched(options, title, (report) =>
    into === undefined
      ? restoreInPlace(living, backup, wanted, options, report)
      : restoreInto(living, into, backup, wanted, { overwrite: options.yes === true }, report),
  );
  if ("exitCode" in ended) return ended.exitCode;
  if (options.json) return 0;
  const { seconds, lastTransaction, before } = ended.done;
  process.stdout.write(`\n  ${ended.done.into} holds ${backup.name}, in ${secondsText(seconds)}\n`);
  if (lastTransaction) process.stdout.write(`  its newest transaction is of ${lastTransaction}\n`);
  if (before)
    process.stdout.write(`  what was there before: rung backup restore --backup ${before} --in-place\n`);
  return 0;
}

/** Two questions: what is lost is said in the first, and the second cannot be answered by habit. */
async function confirm(stack: string, from: string, to: string | undefined, json: boolean): Promise<void> {
  const refuse = (what: string) =>
    failure(what, "say --in-place --yes to go on without being asked", "rung backup restore", 64);
  if (json || !process.stdin.isTTY)
    throw refuse(`this replaces the data of ${stack}; nobody can be asked here`);
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const until = to
      ? `as it was at ${to}: all that was written since goes`
      : "by its backup and all WAL since";
    const first = await ask.question(
      `This replaces the data of ${stack} ${until}.\nIt starts from ${from}. The app stands still meanwhile. Go on? (yes/no) `,
    );
    if (first.trim() !== "yes") throw refuse(`the data of ${stack} is as it was`);
    const second = await ask.question(`Type the stack's name to replace its data: `);
    if (second.trim() !== stack) throw refuse(`the data of ${stack} is as it was: its name was not typed`);
  } finally {
    ask.close();
  }
}
