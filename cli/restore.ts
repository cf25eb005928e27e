import { createInterface } from "node:readline/promises";
import { failure } from "../components/model/diagnostics.ts";
import { planRestore, restoreInPlace, restoreInto } from "../operations/backup/restore.ts";
import { mustLive } from "../operations/living.ts";
import type { Backup } from "../operations/stage.ts";
import type { StackOptions } from "./change.ts";
import { secondsText } from "./render/text.ts";
import { watched } from "./watched.ts";

export interface RestoreOptions extends StackOptions {
  /** ISO 8601, UTC. */
  readonly to?: string;
  readonly backup?: string;
  readonly into?: string;
  readonly inPlace?: boolean;
  readonly yes?: boolean;
  /** commander's `--no-last-backup` */
  readonly lastBackup: boolean;
}

/** Brings a database back: beside, in another stack, or in place, which is asked twice. */
export async function restore(options: RestoreOptions): Promise<number> {
  const { stack, into, to, backup: named } = options;
  if ((into === undefined) === (options.inPlace !== true))
    throw failure("where to is not said", "say --into STACK, or --in-place", "rung backup restore", 64);
  if (into === stack) throw failure(`${stack} is where it comes from`, "say --in-place", "--into", 64);
  const wanted = { ...(to ? { to } : {}), ...(named ? { backup: named } : {}) };
  const living = await mustLive(stack);
  const backup = await planRestore(living, wanted);
  if (into === undefined && !options.yes) await confirm(stack, backup, to, options.json === true);
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
async function confirm(stack: string, backup: Backup, to: string | undefined, json: boolean): Promise<void> {
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
      `This replaces the data of ${stack} ${until}.\nIt starts from ${backup.name}, of ${backup.finished}. The app stands still meanwhile. Go on? (yes/no) `,
    );
    if (first.trim() !== "yes") throw refuse(`the data of ${stack} is as it was`);
    const second = await ask.question(`Type the stack's name to replace its data: `);
    if (second.trim() !== stack) throw refuse(`the data of ${stack} is as it was: its name was not typed`);
  } finally {
    ask.close();
  }
}
