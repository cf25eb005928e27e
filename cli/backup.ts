import { failure } from "../components/model/diagnostics.ts";
import { mustLive } from "../operations/living.ts";
import type { Backup, BackupOperations, Living } from "../operations/stage.ts";
import { operationsOf } from "../operations/stages.ts";
import type { StackOptions } from "./change.ts";
import { columns, secondsText } from "./render/text.ts";

/** Makes a backup now; the first of a repository is always full. */
export async function backupNow(options: StackOptions & { full?: boolean }): Promise<number> {
  const { living, backup } = await backups(options.stack);
  const name = await backup.now(living, options.full ? "full" : "incremental");
  const made = (await backup.list(living)).find((one) => one.name === name);
  if (options.json) process.stdout.write(`${JSON.stringify(made ?? { name })}\n`);
  else process.stdout.write(`${table(made ? [made] : [])}\n`);
  return 0;
}

/** Lists what can be restored, the oldest first. */
export async function backupList(options: StackOptions): Promise<number> {
  const { living, backup } = await backups(options.stack);
  const all = await backup.list(living);
  if (options.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  else process.stdout.write(`${all.length > 0 ? table(all) : "  no backup yet"}\n`);
  return 0;
}

async function backups(stack: string): Promise<{ living: Living; backup: BackupOperations }> {
  const living = await mustLive(stack);
  const { backup } = await operationsOf(living.context.stage);
  if (backup) return { living, backup };
  throw failure(
    `backups of ${living.context.stage} are its provider's`,
    `docs/stages/${living.context.stage}.md says where they are`,
    "rung backup",
  );
}

const table = (all: readonly Backup[]): string =>
  columns([
    ["BACKUP", "KIND", "FINISHED (UTC)", "TOOK", "STORED"],
    ...all.map((one) => [
      one.name,
      one.kind.slice(0, 4),
      one.finished.slice(0, 16).replace("T", " "),
      secondsText(one.seconds),
      bytes(one.storedBytes),
    ]),
  ]);

/** In MB of 1,000,000 bytes. */
const bytes = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;
