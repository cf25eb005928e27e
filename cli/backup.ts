import { anyBackupsOf } from "../operations/backup/restore.ts";
import { mustLive } from "../operations/living.ts";
import { step } from "../operations/progress.ts";
import type { Backup } from "../operations/stage.ts";
import type { StackOptions } from "./change.ts";
import { providerList, providerNow, providerVerify } from "./providerBackup.ts";
import { columns, secondsText } from "./render/text.ts";
import { watched } from "./watched.ts";

/** Makes a backup now; the first of a repository is always full. */
export async function backupNow(options: StackOptions & { full?: boolean }): Promise<number> {
  const { living, ...found } = await backups(options.stack);
  if ("provider" in found) return providerNow(found.provider, options);
  const backup = found.own;
  const name = await backup.now(living, options.full ? "full" : "incremental");
  const made = (await backup.list(living)).find((one) => one.name === name);
  if (options.json) process.stdout.write(`${JSON.stringify(made ?? { name })}\n`);
  else process.stdout.write(`${table(made ? [made] : [])}\n`);
  return 0;
}

/** Lists what can be restored, the oldest first. */
export async function backupList(options: StackOptions): Promise<number> {
  const { living, ...found } = await backups(options.stack);
  if ("provider" in found) return providerList(found.provider, options);
  const backup = found.own;
  const all = await backup.list(living);
  if (options.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  else process.stdout.write(`${all.length > 0 ? table(all) : "  no backup yet"}\n`);
  return 0;
}

/** Reads all that is kept; ends with 1 and what is wrong when anything is. */
export async function backupVerify(options: StackOptions): Promise<number> {
  const { living, ...found } = await backups(options.stack);
  if ("provider" in found) return providerVerify(found.provider, options);
  const backup = found.own;
  const ended = await watched(options, `backup verify · ${options.stack}`, (report) =>
    step(report, "verify", async () => ({ said: (await backup.verify(living)).trim().split("\n") })),
  );
  if ("exitCode" in ended) return ended.exitCode;
  if (!options.json) process.stdout.write(`${ended.done.said.join("\n").replace(/^/gm, "  ")}\n`);
  return 0;
}

const backups = async (stack: string) => {
  const living = await mustLive(stack);
  return { living, ...(await anyBackupsOf(living)) };
};

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
