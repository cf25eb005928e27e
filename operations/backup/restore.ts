import { failure } from "../../components/model/diagnostics.ts";
import { withStackLock } from "../../engine/lock.ts";
import { withDatabase } from "../database/reach.ts";
import { holdsOthers } from "../database/seed.ts";
import type { ProviderBackups } from "../hosted/backups/provider.ts";
import { mustLive } from "../living.ts";
import { type Report, step } from "../progress.ts";
import type { Backup, BackupOperations, Living, Restored } from "../stage.ts";
import { operationsOf } from "../stages.ts";
import { chooseBackup, type Wanted } from "./choose.ts";

/** What came of a restore. */
export interface RestoreDone extends Restored {
  readonly backup: string;
  readonly into: string;
  /** The backup that was taken just before, in place. */
  readonly before?: string;
}

/** The backups of a living stack. @throws DiagnosticsError where Rung cannot drive them */
export async function backupsOf(living: Living): Promise<BackupOperations> {
  const { stage } = living.context;
  const { backup } = await operationsOf(stage);
  if (backup) return backup;
  throw failure(
    `a drill of ${stage} takes a throw-away stack at its provider's, which Rung does not make by itself`,
    `restore beside and look into it, as docs/restore.md says; docs/stages/${stage}.md says where backups are`,
    "rung drill",
  );
}

/** Backups that Rung makes, or those of the stage's provider. @throws DiagnosticsError where Rung drives neither */
export async function anyBackupsOf(
  living: Living,
): Promise<{ readonly own: BackupOperations } | { readonly provider: ProviderBackups }> {
  const { stage } = living.context;
  const { backup, providerBackups } = await operationsOf(stage);
  if (backup) return { own: backup };
  const provider = await providerBackups?.(living);
  if (provider) return { provider };
  throw failure(
    `backups of ${stage} are its provider's, and Rung does not drive them`,
    `docs/restore.md says how they are listed and restored there; docs/stages/${stage}.md what is kept`,
    "rung backup",
  );
}

/** Checks what is asked for before anybody is asked, and before anything is touched. */
export async function planRestore(living: Living, wanted: Wanted): Promise<Backup> {
  const { to } = wanted;
  if (to !== undefined && to > new Date().toISOString())
    throw failure(`${to} has not come yet`, "say a time in the past, ISO 8601", "--to", 64);
  const backup = chooseBackup(await (await backupsOf(living)).list(living), wanted);
  if (to !== undefined && wanted.backup !== undefined && to < backup.finished)
    throw failure(
      `${backup.name} ended after ${to}`,
      "choose an earlier backup, or leave --backup out",
      "--to",
      64,
    );
  return backup;
}

/**
 * Brings a stack's database back in place. A last backup of what is there is taken first.
 * @param options.lastBackup false where the database is gone, and none can be taken
 */
export function restoreInPlace(
  living: Living,
  backup: Backup,
  wanted: Wanted,
  options: { readonly lastBackup: boolean },
  report: Report,
): Promise<RestoreDone> {
  const { stack } = living.context;
  return withStackLock(stack, { doing: "rung backup restore", wait: 0 }, async () => {
    const operations = await backupsOf(living);
    const before = options.lastBackup
      ? await step(report, "a last backup", () => operations.now(living, "incremental"))
      : undefined;
    const { to } = wanted;
    const done = await operations.restore({ source: living, backup, ...(to ? { to } : {}) }, living, report);
    await step(report, "the app answers", async () =>
      (await operationsOf(living.context.stage)).answers(living),
    );
    return { ...done, backup: backup.name, into: stack, ...(before ? { before } : {}) };
  });
}

/**
 * Brings a stack's database back in another stack, which is up and holds nothing of anybody's.
 * @param options.overwrite it may hold something
 */
export async function restoreInto(
  source: Living,
  into: string,
  backup: Backup,
  wanted: Wanted & { readonly point?: string },
  options: { readonly overwrite: boolean },
  report: Report,
): Promise<RestoreDone> {
  const target = await mustLive(into);
  if (target.context.stage !== source.context.stage) {
    throw failure(
      `${into} lives on ${target.context.stage}, and the backup is of ${source.context.stage}`,
      "restore into a stack of the same stage; promote moves data between stages",
      "--into",
      64,
    );
  }
  return withStackLock(into, { doing: "rung backup restore", wait: 0 }, async () => {
    if (
      !options.overwrite &&
      (await withDatabase(target, (client) => holdsOthers((t, v) => client.query(t, v))))
    ) {
      throw failure(`${into} holds users' data`, "choose an empty stack, or say --yes", "--into", 3);
    }
    const { to, point } = wanted;
    const done = await (await backupsOf(source)).restore(
      { source, backup, ...(to ? { to } : {}), ...(point ? { point } : {}) },
      target,
      report,
    );
    await step(report, "the app answers", async () =>
      (await operationsOf(target.context.stage)).answers(target),
    );
    return { ...done, backup: backup.name, into };
  });
}
